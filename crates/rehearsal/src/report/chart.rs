//! Pictures: drawn on the spot, each with a title, a description and a table behind it.

use maud::{Markup, html};

/// A picture and what it says without seeing it.
pub(super) struct Figure<'a> {
    /// Unique on the page.
    pub(super) id: &'a str,
    /// What it shows.
    pub(super) title: &'a str,
    /// What one sees in it.
    pub(super) description: &'a str,
    /// Its size in its own units.
    pub(super) size: (u32, u32),
    /// What is drawn.
    pub(super) drawing: Markup,
    /// The same figures.
    pub(super) table: Markup,
}

/// A picture with its table behind it.
pub(super) fn figure(figure: Figure<'_>) -> Markup {
    let Figure { id, title, description, size: (width, height), drawing, table } = figure;
    let (title_id, described_id) = (format!("{id}-title"), format!("{id}-description"));
    html! {
        figure {
            svg viewBox=(format!("0 0 {width} {height}")) role="img"
                aria-labelledby=(format!("{title_id} {described_id}")) {
                title id=(title_id) { (title) }
                desc id=(described_id) { (description) }
                (drawing)
            }
            details { summary { "The figures behind it" } (table) }
        }
    }
}

/// How far along a scale a figure lies, in the units of a picture.
pub(super) fn along(figure: f64, most: f64, length: f64) -> f64 {
    if most <= 0.0 { 0.0 } else { (figure / most * length).clamp(0.0, length) }
}

/// A coordinate with one digit behind the point.
pub(super) fn at(coordinate: f64) -> String {
    format!("{coordinate:.1}")
}

/// A round number at or above a figure, for the end of a scale.
pub(super) fn round_up(figure: f64) -> f64 {
    if figure <= 5.0 {
        return 5.0;
    }
    let decade = 10f64.powf(figure.log10().floor());
    let steps = [1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
    steps.into_iter().map(|step| step * decade).find(|end| *end >= figure).unwrap_or(figure)
}

/// A bar in a row of a table.
pub(super) fn bar(part: u64, most: u64) -> Markup {
    let width = along(part as f64, most as f64, 160.0);
    let width = if part > 0 { width.max(2.0) } else { 0.0 };
    html! {
        svg class="bar" width="160" height="10" viewBox="0 0 160 10" aria-hidden="true" {
            rect class="fill" x="0" y="0" width=(at(width)) height="10" rx="2" {}
        }
    }
}
