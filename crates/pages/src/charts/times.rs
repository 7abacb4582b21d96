//! How long things took, and what a share did over time.

use maud::{Markup, html};

use crate::text::{Href, measured, thousands};

/// A bar of a histogram.
#[derive(Clone, Debug)]
pub struct Bar {
    /// From so long, in milliseconds.
    pub from_ms: i64,
    /// Less than so long, in milliseconds.
    pub below_ms: i64,
    /// How many.
    pub count: u64,
    /// The list of them.
    pub href: Option<Href>,
}

/// What so many of a hundred did not exceed.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    /// Of a hundred, so many.
    pub percent: u8,
    /// So long, in milliseconds.
    pub ms: i64,
}

const WIDTH: f64 = 320.0;
const HEIGHT: f64 = 112.0;
/// Room for the names of the marks.
const HEAD: f64 = 46.0;
/// Room for one of them beside its line.
const NAME: f64 = 84.0;
const FOOT: f64 = 94.0;

/// Bars with the marks above them, and a table behind them for those who do not see it.
pub fn histogram(says: &str, bars: &[Bar], marks: &[Mark]) -> Markup {
    let most = bars.iter().map(|bar| bar.count).max().unwrap_or(0).max(1);
    let step = WIDTH / bars.len().max(1) as f64;
    html! {
        figure.histogram {
            svg viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="img" aria-label=(summary(says, marks)) {
                @for (at, bar) in bars.iter().enumerate() {
                    @let height = (bar.count as f64 / most as f64 * (FOOT - HEAD)).max(1.0);
                    rect.fill x=(format!("{:.1}", at as f64 * step + 1.0)) y=(format!("{:.1}", FOOT - height))
                        width=(format!("{:.1}", (step - 2.0).max(1.0))) height=(format!("{height:.1}")) rx="2" {}
                }
                // Lines first: the names stand over them.
                @for (at, mark) in marks.iter().enumerate() {
                    @let x = place(bars, step, mark.ms);
                    line.mark x1=(format!("{x:.1}")) x2=(format!("{x:.1}")) y1=(format!("{:.1}", line_of(at) - 8.0)) y2=(FOOT) {}
                }
                @for (at, mark) in marks.iter().enumerate() {
                    @let (x, y) = (place(bars, step, mark.ms), line_of(at));
                    // A name stands on the side where there is room for it.
                    @let (anchor, beside) = if x > WIDTH - NAME { ("end", -4.0) } else { ("start", 4.0) };
                    text.over-lines x=(format!("{:.1}", x + beside)) y=(format!("{y:.1}")) text-anchor=(anchor) {
                        "p" (mark.percent) " " (measured(mark.ms))
                    }
                }
                @if let (Some(first), Some(last)) = (bars.first(), bars.last()) {
                    text x="0" y="108" { (measured(first.from_ms)) }
                    text x=(WIDTH) y="108" text-anchor="end" { (measured(last.below_ms)) }
                }
            }
            (table(bars))
        }
    }
}

fn table(bars: &[Bar]) -> Markup {
    html! {
        details.behind {
            summary { "In numbers" }
            ul {
                @for bar in bars.iter().filter(|bar| bar.count > 0) {
                    li {
                        span { (measured(bar.from_ms)) " to " (measured(bar.below_ms)) }
                        @match &bar.href {
                            Some(href) => a.door href=(href) { (thousands(bar.count)) },
                            None => b { (thousands(bar.count)) },
                        }
                    }
                }
            }
        }
    }
}

fn summary(says: &str, marks: &[Mark]) -> String {
    let marks: Vec<String> =
        marks.iter().map(|mark| format!("p{} {}", mark.percent, measured(mark.ms))).collect();
    format!("{says}: {}", marks.join(", "))
}

/// How far down the name of a mark stands: each has a line of its own.
fn line_of(at: usize) -> f64 {
    14.0f64.mul_add(at as f64, 10.0)
}

/// Where a length of time stands: within its bar by how far it is between the bar's bounds.
fn place(bars: &[Bar], step: f64, ms: i64) -> f64 {
    let at = bars.iter().position(|bar| ms < bar.below_ms).unwrap_or(bars.len().saturating_sub(1));
    let Some(bar) = bars.get(at) else { return 0.0 };
    let whole = (bar.below_ms - bar.from_ms).max(1) as f64;
    let into = ((ms - bar.from_ms) as f64 / whole).clamp(0.0, 1.0);
    (at as f64 + into) * step
}

/// A share over time, the last of it now. Where there was nothing to have a share of, the line has a gap.
pub fn share_line(says: &str, shares: &[Option<f64>]) -> Markup {
    let known = || shares.iter().flatten().copied();
    let least = known().fold(1.0_f64, f64::min);
    let (low, high) = ((least - 0.05).max(0.0), 1.0);
    let step = WIDTH / (shares.len().max(2) - 1) as f64;
    let height = |share: f64| 58.0 - (share - low) / (high - low).max(0.01) * 52.0;
    let points = |run: &[(usize, f64)]| {
        let point =
            |(at, share): &(usize, f64)| format!("{:.1},{:.1}", *at as f64 * step, height(*share));
        run.iter().map(point).collect::<Vec<_>>().join(" ")
    };
    let placed: Vec<Option<(usize, f64)>> =
        shares.iter().enumerate().map(|(at, share)| Some((at, (*share)?))).collect();
    let runs: Vec<Vec<(usize, f64)>> =
        placed.split(Option::is_none).map(|run| run.iter().flatten().copied().collect()).collect();
    html! {
        svg.share-line viewBox="-4 0 328 64" role="img" aria-label=(says) {
            line.mark x1="0" x2=(WIDTH) y1=(format!("{:.1}", height(1.0))) y2=(format!("{:.1}", height(1.0))) {}
            @for run in runs.iter().filter(|run| run.len() > 1) {
                polyline.line points=(points(run)) {}
            }
            @for (at, share) in runs.iter().filter(|run| run.len() == 1).flatten() {
                circle.dot-of-line cx=(format!("{:.1}", *at as f64 * step)) cy=(format!("{:.1}", height(*share))) r="2.5" {}
            }
            @if let Some((at, share)) = placed.iter().rev().flatten().next() {
                circle.dot-of-line cx=(format!("{:.1}", *at as f64 * step)) cy=(format!("{:.1}", height(*share))) r="3.5" {}
            }
        }
    }
}

/// A bar as long as its share of the most.
pub fn bar(count: u64, most: u64) -> Markup {
    let width = (count * 120).checked_div(most.max(1)).unwrap_or(0).max(u64::from(count > 0));
    html! {
        svg.bar viewBox="0 0 120 8" preserveAspectRatio="none" aria-hidden="true" {
            rect.fill x="0" y="0" width=(width) height="8" rx="2" {}
        }
    }
}
