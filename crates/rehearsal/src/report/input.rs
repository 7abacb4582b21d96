//! What went in: rows read, and what became of those that did not.

use maud::{Markup, html};

use super::chart::scrolling;
use super::words::{count, spoken, text};
use crate::history::Rehearsal;

/// The most files that are named.
const FILES_MAX: usize = 50;

/// The card.
pub(super) fn card(rehearsal: &Rehearsal) -> Markup {
    let summary = &rehearsal.summary;
    let row = |what: &str, number: u64, says: &str| {
        html! {
            tr {
                td class="wide" { (what) @if !says.is_empty() { br; span class="small" { (says) } } }
                td class="n" { (count(number)) }
            }
        }
    };
    html! {
        section class="card" aria-labelledby="input" {
            header {
                h2 id="input" { "What went in" }
                span { (count(summary.read)) " rows of " (count(rehearsal.files.len() as u64))
                    @if rehearsal.files.len() == 1 { " file" } @else { " files" } }
            }
            div class="cols" {
                (scrolling(html! {
                    tbody {
                        (row("Rows read", summary.read, ""))
                        (row("Leads among them", summary.leads, "Each has a line."))
                        (row("Duplicates", summary.duplicates, "The same id and body came before."))
                        (row("Quarantined", summary.quarantined, "They could not be read, or an id came again with another body."))
                        @for (code, number) in &summary.quarantined_by {
                            tr {
                                td class="wide" { span class="small" { (spoken(code.as_str())) ": " (code.says()) } }
                                td class="n small" { (count(*number)) }
                            }
                        }
                    }
                }))
                (scrolling(html! {
                    tbody {
                        (row("Without a date", summary.undated, "They are played last, in the order of the files, and are in no figure of time."))
                        (row("Without an account", summary.without_account, "They name no company; each stands alone."))
                        @for (what, times) in &summary.unlike_types {
                            (row("Comparisons of unlike types", *times, &format!("{what}, so that whatever compares it is unknown.")))
                        }
                        tr {
                            td class="wide" colspan="2" {
                                "Files"
                                @for file in rehearsal.files.iter().take(FILES_MAX) {
                                    br; span class="small" { bdi { (text(file)) } }
                                }
                                @if rehearsal.files.len() > FILES_MAX {
                                    br; span class="small" { "and " (count((rehearsal.files.len() - FILES_MAX) as u64)) " more" }
                                }
                            }
                        }
                    }
                }))
            }
        }
    }
}
