//! Search: where is it, and what can I do with it from here.

use maud::{Markup, html};

use crate::parts::{empty, head};
use crate::text::{Href, thousands};

/// What was found.
#[derive(Clone, Debug)]
pub struct SearchView {
    /// What was looked for.
    pub text: String,
    /// In groups: accounts, people, handoffs.
    pub groups: Vec<FoundGroup>,
    /// How many are not listed.
    pub left_out: u64,
    /// What is said below: what is searched, and what is not.
    pub says: String,
}

/// What was found of one kind.
#[derive(Clone, Debug)]
pub struct FoundGroup {
    /// What they are.
    pub title: &'static str,
    /// The first of them.
    pub rows: Vec<FoundRow>,
}

/// One that was found.
#[derive(Clone, Debug)]
pub struct FoundRow {
    /// Its page.
    pub href: Href,
    /// What it is called.
    pub name: String,
    /// More of it.
    pub says: String,
    /// Less loudly, at the end of the line.
    pub beside: String,
}

/// The page.
pub fn page(view: &SearchView) -> Markup {
    let found: usize = view.groups.iter().map(|group| group.rows.len()).sum();
    html! {
        div.wide {
            (head(
                "Search",
                &if view.text.is_empty() {
                    "A name, an id or the beginning of one, a domain, an e-mail address, a phone number."
                        .to_owned()
                } else {
                    format!("{} found, all that you may see", thousands(found as u64))
                },
                &html! {},
            ))
            @if found == 0 && !view.text.is_empty() {
                section.card { (empty("Nothing was found", &view.says, None)) }
            } @else if found == 0 {
                section.card { (empty("Type what you have into the field above", &view.says, None)) }
            } @else {
                section.card.found {
                    @for group in &view.groups {
                        @if !group.rows.is_empty() {
                            h2 { (group.title) span { " " (group.rows.len()) } }
                            ul.rows {
                                @for row in &group.rows {
                                    li {
                                        a href=(row.href) {
                                            span.says { b { (row.name) } " " (row.says) }
                                            span.due { (row.beside) }
                                        }
                                    }
                                }
                            }
                        }
                    }
                    @if view.left_out > 0 { p.quiet { "and " (view.left_out) " more: type more of it" } }
                    p.quiet { (view.says) }
                }
            }
        }
    }
}
