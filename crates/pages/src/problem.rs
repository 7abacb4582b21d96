//! What a reader is told where a page could not be shown, or something was not done.

use maud::{Markup, html};

use crate::text::Href;

/// Why not.
#[derive(Clone, Debug)]
pub struct ProblemView {
    /// In a few words.
    pub title: String,
    /// What is wrong.
    pub says: String,
    /// What can be done.
    pub help: String,
    /// The code, which has a page of its own in the documentation.
    pub code: String,
    /// Where to go on.
    pub on: Option<(String, Href)>,
}

/// The page.
pub fn page(view: &ProblemView) -> Markup {
    html! {
        div.wide {
            section.card.problem {
                h1 { (view.title) }
                p { (view.says) }
                p { (view.help) }
                @if let Some((says, href)) = &view.on { p { a.button href=(href) { (says) } } }
                p.id { "code " code { (view.code) } }
            }
        }
    }
}
