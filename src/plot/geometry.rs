//! Rectangles on the page, and lines and polygons clipped to them. In CSS pixels, y downwards.

/// A place on the page.
pub type Place = (f64, f64);

/// An upright rectangle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    /// Smallest x.
    pub left: f64,
    /// Smallest y.
    pub top: f64,
    /// Largest x.
    pub right: f64,
    /// Largest y.
    pub bottom: f64,
}

impl Area {
    /// A square of side `2 × reach` around `centre`.
    pub fn around(centre: Place, reach: f64) -> Self {
        let (x, y) = centre;
        Self { left: x - reach, top: y - reach, right: x + reach, bottom: y + reach }
    }

    /// From left to right.
    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    /// From top to bottom.
    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }

    /// Whether the two share more than an edge.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    /// Whether a place lies in it or on its edge.
    pub fn holds(&self, (x, y): Place) -> bool {
        (self.left..=self.right).contains(&x) && (self.top..=self.bottom).contains(&y)
    }

    /// The same rectangle elsewhere.
    pub fn moved(&self, dx: f64, dy: f64) -> Self {
        Self { left: self.left + dx, top: self.top + dy, right: self.right + dx, bottom: self.bottom + dy }
    }

    /// The same rectangle, moved as little as puts it inside `room`; where it is larger, left and top agree.
    pub fn kept_inside(&self, room: &Self) -> Self {
        let shift = |low: f64, high: f64, from: f64, to: f64| (to - high).min(0.0).max(from - low);
        self.moved(
            shift(self.left, self.right, room.left, room.right),
            shift(self.top, self.bottom, room.top, room.bottom),
        )
    }
}

/// The line through `places`, clipped to `room`: the pieces inside it.
pub fn clip_line(places: &[Place], room: &Area) -> Vec<Vec<Place>> {
    let mut pieces: Vec<Vec<Place>> = Vec::new();
    for pair in places.windows(2) {
        let Some((from, to)) = clip_segment(pair[0], pair[1], room) else { continue };
        match pieces.last_mut() {
            Some(piece) if piece.last() == Some(&from) => piece.push(to),
            _ => pieces.push(vec![from, to]),
        }
    }
    pieces
}

/// The part of a segment inside `room`, by Liang and Barsky.
fn clip_segment(from: Place, to: Place, room: &Area) -> Option<(Place, Place)> {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let (mut enter, mut leave) = (0.0f64, 1.0f64);
    let edges = [
        (-dx, from.0 - room.left),
        (dx, room.right - from.0),
        (-dy, from.1 - room.top),
        (dy, room.bottom - from.1),
    ];
    for (towards, distance) in edges {
        if towards == 0.0 && distance < 0.0 {
            return None;
        } else if towards < 0.0 {
            enter = enter.max(distance / towards);
        } else if towards > 0.0 {
            leave = leave.min(distance / towards);
        }
    }
    let along = |t: f64| (from.0 + t * dx, from.1 + t * dy);
    let start = if enter == 0.0 { from } else { along(enter) };
    let end = if leave == 1.0 { to } else { along(leave) };
    (enter <= leave).then_some((start, end))
}

/// The polygon `corners`, clipped to `room` by Sutherland and Hodgman.
pub fn clip_polygon(corners: &[Place], room: &Area) -> Vec<Place> {
    // Each edge as (distance inside it): a function of a place that is negative outside.
    let edges: [fn(Place, &Area) -> f64; 4] =
        [|p, r| p.0 - r.left, |p, r| r.right - p.0, |p, r| p.1 - r.top, |p, r| r.bottom - p.1];
    let mut shape = corners.to_vec();
    for inside in edges {
        let whole = std::mem::take(&mut shape);
        for (i, &here) in whole.iter().enumerate() {
            let before = whole[(i + whole.len() - 1) % whole.len()];
            let (a, b) = (inside(before, room), inside(here, room));
            if (a < 0.0) != (b < 0.0) {
                let t = a / (a - b);
                shape.push((before.0 + t * (here.0 - before.0), before.1 + t * (here.1 - before.1)));
            }
            if b >= 0.0 {
                shape.push(here);
            }
        }
    }
    shape
}

/// The strokes of a dashed line: `on` pixels drawn, `off` pixels left out, along `places`.
pub fn dashes(places: &[Place], on: f64, off: f64) -> Vec<Vec<Place>> {
    let mut strokes: Vec<Vec<Place>> = Vec::new();
    let (mut drawing, mut left) = (true, on);
    let mut stroke: Vec<Place> = places.first().copied().into_iter().collect();
    for pair in places.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let length = (to.0 - from.0).hypot(to.1 - from.1);
        let mut done = 0.0;
        while length - done > left {
            done += left;
            let t = done / length;
            let here = (from.0 + t * (to.0 - from.0), from.1 + t * (to.1 - from.1));
            if drawing {
                stroke.push(here);
                strokes.push(std::mem::take(&mut stroke));
            } else {
                stroke = vec![here];
            }
            drawing = !drawing;
            left = if drawing { on } else { off };
        }
        left -= length - done;
        if drawing {
            stroke.push(to);
        }
    }
    if drawing && stroke.len() > 1 {
        strokes.push(stroke);
    }
    strokes
}
