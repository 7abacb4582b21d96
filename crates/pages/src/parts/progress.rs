//! Work that goes on by itself, and figures side by side.

use maud::{Markup, html};

use crate::parts::Tone;
use crate::text::{Href, thousands};

/// How far something has come.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProgressView {
    /// How long it still takes, or what it does: `About 50 s left`.
    pub says: String,
    /// At which pace.
    pub pace: String,
    /// How much of it is done, from 0 to 100.
    pub percent: u64,
    /// The page itself, for whoever has no script.
    pub again: Href,
}

/// A figure with what it means.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FigureView {
    /// What is counted.
    pub name: String,
    /// The figure as it is read.
    pub value: String,
    /// What it is of, or what it means.
    pub says: String,
    /// Whether somebody should look at it.
    pub tone: Tone,
    /// The list behind it.
    pub href: Option<Href>,
}

impl FigureView {
    /// A count.
    pub fn count(name: &str, count: u64, says: impl Into<String>) -> Self {
        let (name, value) = (name.to_owned(), thousands(count));
        Self { name, value, says: says.into(), tone: Tone::Plain, href: None }
    }

    /// The same in a colour that its words bear out.
    #[must_use]
    pub const fn toned(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }

    /// The same with the list behind it.
    #[must_use]
    pub fn opening(mut self, href: Option<Href>) -> Self {
        self.href = href;
        self
    }
}

/// A bar that fills, with a link that looks again. The script follows by itself what stands in `data-follow`.
pub fn progress(view: &ProgressView) -> Markup {
    let percent = view.percent.min(100);
    html! {
        section.card.progress aria-label="Progress" {
            p.ends {
                span { b { (view.says) } " " (view.pace) }
                span { (percent) " % " a href=(view.again) { "look again" } }
            }
            svg viewBox="0 0 100 2" preserveAspectRatio="none" role="img" aria-label=(format!("{percent} % done")) {
                rect.track x="0" y="0" width="100" height="2" {}
                rect.fill x="0" y="0" width=(percent) height="2" {}
            }
        }
    }
}

/// Figures beside each other.
pub fn strip(figures: &[FigureView]) -> Markup {
    html! {
        dl.card.strip {
            @for figure in figures {
                div {
                    dt { (figure.name) }
                    dd {
                        b {
                            @match &figure.href {
                                Some(href) => a.door href=(href) { (figure.value) },
                                None => (figure.value),
                            }
                        }
                        span class=(figure.tone.class()) { (figure.says) }
                    }
                }
            }
        }
    }
}
