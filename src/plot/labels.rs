//! Placement of direct labels: each beside the right end of its mark, none over another.
//!
//! Labels that stand above each other are first moved apart in their order, as little as that takes;
//! then each looks for the nearest height at which it covers no mark and no other words.

use crate::plot::axis::Scale;
use crate::plot::geometry::Area;
use crate::plot::mark::{Mark, MarkShape};
use crate::plot::range::AxisLimits;

/// How far a label may go to find a free place, in pixels.
const FARTHEST: i32 = 60;

/// The rightmost point of `mark` within the axis limits, in units of the axes.
pub fn right_end(
    mark: &Mark,
    y_scale: Scale,
    (x_lo, x_hi): AxisLimits,
    (y_lo, y_hi): AxisLimits,
) -> Option<(f64, f64)> {
    let points: Vec<(f64, f64)> = match &mark.shape {
        MarkShape::Line { points } | MarkShape::Points { points, .. } => points.clone(),
        MarkShape::Band { x, low, high } | MarkShape::ErrorBars { x, low, high } => {
            let middle = |low: f64, high: f64| match y_scale {
                Scale::Linear => low / 2.0 + high / 2.0,
                Scale::Log => low.sqrt() * high.sqrt(),
            };
            x.iter().zip(low).zip(high).map(|((x, low), high)| (*x, middle(*low, *high))).collect()
        }
        MarkShape::Horizontal { y } => vec![(x_hi, *y)],
        MarkShape::Vertical { x } => vec![(*x, y_hi)],
        MarkShape::Text { .. } => Vec::new(),
    };
    let inside = points.into_iter().filter(|(x, y)| (x_lo..=x_hi).contains(x) && (y_lo..=y_hi).contains(y));
    inside.max_by(|a, b| a.0.total_cmp(&b.0))
}

/// Of `choices` in `room`, the first that covers least of what is `taken`; the first of all if none is in it.
pub fn least_covered(choices: &[Area], room: &Area, taken: &[Area]) -> Area {
    let inside = choices.iter().filter(|c| c.kept_inside(room) == **c);
    *inside.min_by_key(|c| taken.iter().filter(|t| t.overlaps(c)).count()).unwrap_or(&choices[0])
}

/// Where labels that want to be at `wanted` go: within the heights of `room`, apart from each other,
/// and off everything `taken` if they can.
pub fn place_labels(wanted: &[Area], room: &Area, taken: &[Area]) -> Vec<Area> {
    let mut placed = wanted.to_vec();
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|&a, &b| (wanted[a].top + wanted[a].bottom).total_cmp(&(wanted[b].top + wanted[b].bottom)));
    for group in columns_of_labels(wanted, &order) {
        let tops = spread(&group.iter().map(|&i| wanted[i]).collect::<Vec<_>>(), room);
        for (&i, top) in group.iter().zip(tops) {
            placed[i] = wanted[i].moved(0.0, top - wanted[i].top);
        }
    }
    let mut covered = taken.to_vec();
    for &i in &order {
        let heights = (0..=FARTHEST).step_by(2).flat_map(|d| [f64::from(d), -f64::from(d)]);
        let choices: Vec<Area> = heights.map(|dy| placed[i].moved(0.0, dy)).collect();
        let sideways = Area { left: f64::NEG_INFINITY, right: f64::INFINITY, ..*room };
        placed[i] = least_covered(&choices, &sideways, &covered);
        covered.push(placed[i]);
    }
    placed
}

/// The labels whose breadths overlap, directly or through others, each group from top to bottom.
fn columns_of_labels(areas: &[Area], order: &[usize]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for &i in order {
        let touches = |j: &usize| areas[i].left < areas[*j].right && areas[*j].left < areas[i].right;
        let (with, without): (Vec<_>, Vec<_>) = groups.into_iter().partition(|g| g.iter().any(touches));
        let mut joined: Vec<usize> = with.into_iter().flatten().chain([i]).collect();
        joined.sort_by_key(|i| order.iter().position(|o| o == i));
        groups = without;
        groups.push(joined);
    }
    groups
}

/// New tops for labels given from top to bottom: touching ones form a block around their mean place.
fn spread(labels: &[Area], room: &Area) -> Vec<f64> {
    // A block: its top, its height, how many labels it holds, and the sum of the tops they want for it.
    let mut blocks: Vec<(f64, f64, usize, f64)> = Vec::new();
    let place = |sum: f64, n: usize, height: f64| (sum / n as f64).min(room.bottom - height).max(room.top);
    for label in labels {
        let mut block = (place(label.top, 1, label.height()), label.height(), 1, label.top);
        while let Some(&(top, height, n, sum)) = blocks.last().filter(|b| b.0 + b.1 > block.0) {
            blocks.pop();
            let (all, total) = (n + block.2, height + block.1);
            let sum = sum + block.3 - height * block.2 as f64;
            block = (place(sum, all, total).min(top.max(block.0)), total, all, sum);
        }
        blocks.push(block);
    }
    let mut heights = labels.iter().map(Area::height);
    let mut tops = Vec::new();
    for (top, _, n, _) in blocks {
        let mut next = top;
        for height in heights.by_ref().take(n) {
            tops.push(next);
            next += height;
        }
    }
    tops
}
