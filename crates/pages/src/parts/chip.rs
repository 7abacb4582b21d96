//! Chips and countdowns: a word in a colour that means something.

use maud::{Markup, html};

use crate::text::{Urgency, When, length};

/// What a colour means.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Tone {
    /// It means nothing of its own.
    #[default]
    Plain,
    /// In force, done.
    Good,
    /// Soon, look.
    Look,
    /// Breached, refused, lost to us.
    Bad,
    /// An experiment, or a look back.
    Trial,
    /// Made by a model or by inference.
    Inferred,
}

impl Tone {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Plain, Self::Good, Self::Look, Self::Bad, Self::Trial, Self::Inferred];

    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Good => "good",
            Self::Look => "look",
            Self::Bad => "bad",
            Self::Trial => "trial",
            Self::Inferred => "inferred",
        }
    }
}

/// A word or two in a colour.
pub fn chip(tone: Tone, says: &str) -> Markup {
    html! { span class={ "chip " (tone.class()) } { (says) } }
}

/// How long is left until a moment: `42 min left`, `12 min over`.
pub fn countdown(left_ms: i64, whole_ms: i64, due: &When) -> Markup {
    let urgency = Urgency::of(left_ms, whole_ms);
    let ends = if left_ms < 0 { "over" } else { "left" };
    html! {
        time class={ "countdown " (urgency.class()) } datetime=(due.exact) title=(due.exact) data-due {
            (length(left_ms)) " " (ends)
        }
    }
}
