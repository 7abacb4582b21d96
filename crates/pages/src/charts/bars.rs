//! Bars: points that add up to a score, received against entitled, columns over time.

use maud::{Markup, html};

/// A part of a score.
#[derive(Clone, Debug, Default)]
pub struct Contribution {
    /// What its rule is called.
    pub name: String,
    /// Hundredths of a point.
    pub points: i32,
}

/// A bar of a part of a score, as long as its share of the largest.
pub fn contribution(part: &Contribution, largest: i32) -> Markup {
    let width = i64::from(part.points.abs()) * 100 / i64::from(largest.abs().max(1));
    let shown = points(part.points);
    html! {
        div.contribution {
            span { (part.name) }
            svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" {
                rect class=(if part.points < 0 { "bad" } else { "fill" }) x="0" y="1"
                    width=(width.clamp(1, 100)) height="6" rx="2" {}
            }
            b { (shown) }
        }
    }
}

/// Hundredths of a point with a sign: `+20`, `−4`, `+2.5`.
pub(crate) fn points(hundredths: i32) -> String {
    let sign = if hundredths < 0 { '\u{2212}' } else { '+' };
    let text = format!("{}.{:02}", hundredths.abs() / 100, hundredths.abs() % 100);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{sign}{text}")
}

/// What somebody received, against what they were entitled to.
#[derive(Clone, Copy, Debug)]
pub struct Bullet {
    /// How much they received.
    pub value: f64,
    /// Entitled to.
    pub mark: f64,
    /// What the whole width stands for.
    pub most: f64,
}

/// A bar with a mark.
pub fn bullet(shown: Bullet) -> Markup {
    let place = |value: f64| (value / shown.most.max(1.0) * 200.0).clamp(0.0, 198.0);
    html! {
        svg.bullet viewBox="0 0 200 12" role="img"
            aria-label=(format!("received {:.0}, entitled to {:.1}", shown.value, shown.mark)) {
            rect.fill x="0" y="2" height="8" rx="2" width=(format!("{:.1}", place(shown.value))) {}
            rect.tick x=(format!("{:.1}", place(shown.mark))) y="0" width="2" height="12" {}
        }
    }
}

/// How much of something is used.
pub fn meter(used: u64, of: u64) -> Markup {
    let width = (used * 90).checked_div(of).unwrap_or(0).min(90);
    let full = of > 0 && used * 10 >= of * 9;
    html! {
        svg.meter viewBox="0 0 90 6" role="img" aria-label=(format!("{used} of {of}")) {
            rect.track x="0" y="0" width="90" height="6" rx="3" {}
            rect class=(if full { "look" } else { "fill" }) x="0" y="0" width=(width) height="6" rx="3" {}
        }
    }
}

/// Columns over time, the last of them now.
pub fn columns(says: &str, values: &[u64]) -> Markup {
    let most = values.iter().copied().max().unwrap_or(0).max(1);
    let count = values.len().max(1);
    let step = 360.0 / count as f64;
    html! {
        svg.columns-chart viewBox="0 0 360 60" preserveAspectRatio="none" role="img" aria-label=(says) {
            @for (at, value) in values.iter().enumerate() {
                @let height = (*value as f64 / most as f64 * 58.0).max(1.0);
                rect class=(if at + 1 == values.len() { "fill" } else { "soft" })
                    x=(format!("{:.1}", at as f64 * step)) y=(format!("{:.1}", 60.0 - height))
                    width=(format!("{:.1}", (step - 2.0).max(1.0))) height=(format!("{height:.1}")) rx="1" {}
            }
        }
    }
}
