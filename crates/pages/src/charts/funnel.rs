//! The funnel: how many came so far.

use maud::{Markup, html};

use crate::text::{Href, thousands};

/// A stage of the funnel.
#[derive(Clone, Debug)]
pub struct Stage {
    /// What it is called.
    pub name: String,
    /// How many came to it.
    pub count: u64,
    /// What that is of.
    pub share: String,
    /// The list behind it.
    pub href: Option<Href>,
}

/// Half the height of a stage in a drawing of 90: the logarithm of its count, so that the last ones are seen.
fn half(count: u64, most: u64) -> f64 {
    let scale = |count: u64| (count as f64 + 1.0).ln();
    (scale(count) / scale(most.max(1)).max(0.1) * 42.0).max(1.5)
}

/// The stages beside each other, with their counts above.
pub fn funnel(stages: &[Stage]) -> Markup {
    let most = stages.iter().map(|stage| stage.count).max().unwrap_or(0);
    let width = 1100.0 / stages.len().max(1) as f64;
    html! {
        div.funnel {
            ol {
                @for stage in stages {
                    li {
                        span { (stage.name) }
                        @match &stage.href {
                            Some(href) => a href=(href) { (thousands(stage.count)) },
                            None => b { (thousands(stage.count)) },
                        }
                        small { (stage.share) }
                    }
                }
            }
            svg viewBox="0 0 1100 90" preserveAspectRatio="none" aria-hidden="true" {
                @for (at, stage) in stages.iter().enumerate() {
                    @let next = stages.get(at + 1).unwrap_or(stage);
                    @let (left, right) = (half(stage.count, most), half(next.count, most));
                    @let (x, end) = (at as f64 * width, (at + 1) as f64 * width - 3.0);
                    polygon class=(if at % 2 == 0 { "fill" } else { "soft" })
                        points=(format!(
                            "{x:.1},{:.1} {end:.1},{:.1} {end:.1},{:.1} {x:.1},{:.1}",
                            45.0 - left, 45.0 - right, 45.0 + right, 45.0 + left
                        )) {}
                }
            }
        }
    }
}
