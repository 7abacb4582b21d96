//! Cards and the head of a page.

use maud::{Markup, html};

/// A card with its heading, and what stands beside the heading.
pub fn card(title: &str, beside: &str, content: &Markup) -> Markup {
    html! {
        section.card {
            @if !title.is_empty() {
                h2 { (title) @if !beside.is_empty() { " " span { (beside) } } }
            }
            (content)
        }
    }
}

/// What a page is about, in one line and a sentence.
pub fn head(title: &str, says: &str, beside: &Markup) -> Markup {
    html! {
        div.head {
            div { h1 { (title) } p.lead { (says) } }
            div.beside { (beside) }
        }
    }
}
