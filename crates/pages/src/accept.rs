//! The page that a link in a message leads to: one button, and nothing of the lead. Opening it does nothing, since
//! programs that look through messages open addresses, too.

use maud::html;

use crate::parts::primary;
use crate::sign_in::bare;
use crate::text::{Href, When};

/// A lead that is offered to somebody.
#[derive(Clone, Debug)]
pub struct AcceptView {
    /// Where the form goes.
    pub to: Href,
    /// The handoff, by its id.
    pub handoff: String,
    /// Who accepts it, as people call them.
    pub member: String,
    /// Until when it is to be accepted.
    pub until: Option<When>,
    /// The version that is shown.
    pub version: u64,
    /// Whether it changed since the page was opened, so that nothing was done.
    pub changed: bool,
    /// Its own page.
    pub page: Href,
}

/// Asks whether a lead is accepted.
pub fn ask(view: &AcceptView) -> String {
    bare(
        "Accept a lead",
        &html! {
            @if view.changed {
                p role="alert" { "Nothing was done: the lead changed since you opened this page. It is still offered to you." }
            }
            p {
                "Lead " (view.handoff) " is offered to " (view.member)
                @if let Some(until) = &view.until { ", until " (until) }
                "."
            }
            form method="post" action=(view.to) {
                input type="hidden" name="version" value=(view.version);
                p { (primary("Accept this lead", None)) }
            }
            p { a href=(view.page) { "Open it first" } }
        },
    )
}

/// Says that a lead is accepted.
pub fn done(view: &AcceptView) -> String {
    bare(
        "Accepted",
        &html! {
            p role="status" { "Lead " (view.handoff) " is accepted. It belongs to " (view.member) "." }
            p { a href=(view.page) { "Open it" } " to undo that within 8 seconds, or to go on." }
        },
    )
}
