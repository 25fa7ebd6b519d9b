//! A page as HTML.

use crate::dashboard::numbers::tables;
use crate::dashboard::page::{Link, Page, PageCell, PageTable, Part};
use crate::dashboard::plot::Plot;
use crate::dashboard::plotly::spec;
use crate::markup::quotable;

/// The whole file.
pub fn html(page: &Page) -> String {
    let up = "../".repeat(page.path.matches('/').count());
    let title = quotable(&page.title);
    let records = quotable(&page.records);
    let drawn = page.parts.iter().any(|part| matches!(part, Part::Plot(_) | Part::Plots(_)));
    let scripts = if drawn {
        format!(
            "<script defer src=\"{up}plotly.min.js\"></script>\n<script defer src=\"{up}dashboard.js\"></script>\n"
        )
    } else {
        String::new()
    };
    let parts: String = page.parts.iter().map(|part| self::part(part, page, &up)).collect();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"lawbook-records\" content=\"{records}\">\n<link rel=\"icon\" href=\"data:,\">\n\
         <link rel=\"stylesheet\" href=\"{up}dashboard.css\">\n{scripts}</head>\n<body>\n\
         <a class=\"skip\" href=\"#main\">Skip to the content</a>\n<header>\n{}</header>\n\
         <main id=\"main\">\n<h1>{title}</h1>\n{parts}</main>\n{}\
         <footer><p>Drawn by lawbook from the records <code>{records}</code>.</p></footer>\n</body>\n</html>\n",
        breadcrumbs(page, &up),
        neighbours(page, &up),
    )
}

fn link(link: &Link, up: &str, more: &str) -> String {
    format!("<a{more} href=\"{up}{}\">{}</a>", quotable(&link.to), quotable(&link.words))
}

/// Breadcrumbs: the pages above.
fn breadcrumbs(page: &Page, up: &str) -> String {
    if page.trail.is_empty() {
        return String::new();
    }
    let above: String = page.trail.iter().map(|to| format!("<li>{}</li>", link(to, up, ""))).collect();
    format!("<nav aria-label=\"The way up\"><ol class=\"trail\">{above}</ol></nav>\n")
}

/// Links to the previous, the next and the related pages.
fn neighbours(page: &Page, up: &str) -> String {
    let turn = |to: &Option<Link>, rel: &str| {
        to.as_ref()
            .map_or(String::new(), |to| format!("<li>{}</li>", link(to, up, &format!(" rel=\"{rel}\""))))
    };
    let mut html = String::new();
    if page.previous.is_some() || page.next.is_some() {
        let (previous, next) = (turn(&page.previous, "prev"), turn(&page.next, "next"));
        html += &format!(
            "<nav aria-label=\"Previous and next\"><ul class=\"turn\">{previous}{next}</ul></nav>\n"
        );
    }
    if !page.related.is_empty() {
        let all: String = page.related.iter().map(|to| format!("<li>{}</li>", link(to, up, ""))).collect();
        html += &format!(
            "<nav aria-label=\"Related pages\"><h2>Related pages</h2><ul class=\"related\">{all}</ul></nav>\n"
        );
    }
    html
}

fn part(part: &Part, page: &Page, up: &str) -> String {
    match part {
        Part::Heading(words) => format!("<h2>{}</h2>\n", quotable(words)),
        Part::Text(words) => format!("<p>{}</p>\n", quotable(words)),
        Part::Plot(one) => plot(one, page, up),
        Part::Plots(several) => {
            let all: String = several.iter().map(|one| plot(one, page, up)).collect();
            format!("<div class=\"side-by-side\">\n{all}</div>\n")
        }
        Part::PageTable(one) => table(one, up),
    }
}

fn plot(plot: &Plot, page: &Page, up: &str) -> String {
    let (id, title) = (quotable(&plot.id), quotable(&plot.title));
    // In a script element nothing ends the text but "</script": no "<" stands in it.
    let data = spec(plot).to_string().replace('<', "\\u003c");
    // What the heading says already is said to a screen reader alone.
    let seen = if plot.title == page.title { " class=\"unseen\"" } else { "" };
    let tables: String = tables(plot).iter().map(|one| table(one, up)).collect();
    format!(
        "<figure>\n<figcaption{seen} id=\"{id}-title\">{title}</figcaption>\n{}\
         <div class=\"plot\" id=\"{id}\" tabindex=\"0\" role=\"group\" aria-labelledby=\"{id}-title\" \
         aria-describedby=\"{id}-keys\"></div>\n\
         <p class=\"keys\" id=\"{id}-keys\">Keys: arrows move, + and - zoom, 0 shows all. \
         The numbers are in the table below.</p>\n\
         <script type=\"application/json\" id=\"{id}-data\">{data}</script>\n\
         <details>\n<summary>The numbers of this plot</summary>\n{tables}</details>\n</figure>\n",
        slider(plot)
    )
}

/// A slider over the choices of a plot; the script shows it and moves with it.
fn slider(plot: &Plot) -> String {
    let Some((what, choices)) = &plot.choice else { return String::new() };
    let (id, what, last) = (quotable(&plot.id), quotable(what), choices.len().saturating_sub(1));
    let words = quotable(&serde_json::to_string(choices).expect("words are JSON"));
    let now = choices.last().map(|words| quotable(words)).unwrap_or_default();
    format!(
        "<p class=\"choice\" hidden><label for=\"{id}-choice\">{what}</label> \
         <input type=\"range\" id=\"{id}-choice\" min=\"0\" max=\"{last}\" value=\"{last}\" data-words=\"{words}\" \
         aria-valuetext=\"{now}\"> <output for=\"{id}-choice\">{now}</output></p>\n"
    )
}

fn table(table: &PageTable, up: &str) -> String {
    let head: String =
        table.head.iter().map(|name| format!("<th scope=\"col\">{}</th>", quotable(name))).collect();
    let cell = |(i, cell): (usize, &PageCell)| {
        let inside = match cell {
            PageCell::Words(words) => quotable(words),
            PageCell::Link(to) => link(to, up, ""),
        };
        match (i, inside.len() > 40) {
            (0, _) => format!("<th scope=\"row\">{inside}</th>"),
            (_, true) if matches!(cell, PageCell::Words(_)) => format!("<td class=\"long\">{inside}</td>"),
            _ => format!("<td>{inside}</td>"),
        }
    };
    let row = |cells: &Vec<PageCell>| {
        format!("<tr>{}</tr>\n", cells.iter().enumerate().map(cell).collect::<String>())
    };
    let rows: String = table.rows.iter().map(row).collect();
    let caption = quotable(&table.caption);
    format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{caption}\">\n<table>\n\
         <caption>{caption}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n"
    )
}
