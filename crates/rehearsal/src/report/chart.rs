//! Pictures: drawn on the spot, each with a title, a description and a table behind it.

use maud::{Markup, html};

/// A picture wider than this is drawn over the whole page.
const BROAD: u32 = 800;

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
            div class="scroll" tabindex="0" {
                svg class=(if width > BROAD { "broad" } else { "narrow" })
                    viewBox=(format!("0 0 {width} {height}")) role="img"
                    aria-labelledby=(format!("{title_id} {described_id}")) {
                    title id=(title_id) { (title) }
                    desc id=(described_id) { (description) }
                    (drawing)
                }
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

/// The most steps that a scale has.
const STEPS_MAX: f64 = 5.0;

/// A scale from nothing up, in whole steps of 1, 2 or 5 and their tens: every tick is a round number.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Scale {
    step: f64,
    steps: u32,
}

impl Scale {
    /// The smallest scale that holds a figure.
    pub(super) fn up_to(figure: f64) -> Self {
        let figure = figure.max(1.0);
        let tens = (0..).map(|power| 10f64.powi(power));
        let mut steps = tens.flat_map(|ten| [ten, 2.0 * ten, 5.0 * ten]);
        let step = steps.find(|step| figure / step <= STEPS_MAX).unwrap_or(figure);
        Self { step, steps: (figure / step).ceil() as u32 }
    }

    /// Where it ends.
    pub(super) fn end(self) -> f64 {
        self.step * f64::from(self.steps)
    }

    /// Its ticks, the first and the last among them.
    pub(super) fn ticks(self) -> impl Iterator<Item = f64> {
        (0..=self.steps).map(move |step| self.step * f64::from(step))
    }
}

/// A table that scrolls where it is wider than its place; nothing of it is cut.
pub(super) fn scrolling(table: Markup) -> Markup {
    html! { div class="scroll" tabindex="0" { table { (table) } } }
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
