//! Taking an import back: what goes and what stays, before anything is done, and afterwards what it came to.

use maud::{Markup, html};

use crate::parts::{button, csrf, head, primary};
use crate::text::{Href, thousands};

/// What taking an import back would come to.
#[derive(Clone, Debug)]
pub struct ImportUndoView {
    /// Its files.
    pub title: String,
    /// Its id.
    pub id: String,
    /// What belongs to each form of the reader.
    pub csrf: String,
    /// What it would come to.
    pub would: UndoneView,
    /// Whether consents that it withdrew are taken back as well.
    pub with_consents: bool,
    /// The same look with these consents, or without.
    pub other: Href,
    /// Where it is done.
    pub to: Href,
    /// The import.
    pub back: Href,
}

/// What taking an import back comes to.
#[derive(Clone, Debug)]
pub struct UndoneView {
    /// What counts no more, and how many.
    pub goes: Vec<(String, u64)>,
    /// What stays, and how many.
    pub stays: Vec<(String, u64)>,
}

/// The page.
pub fn page(view: &ImportUndoView) -> Markup {
    let says = "Nothing has changed yet. These are the figures that it would come to.";
    html! {
        div.wide {
            (head(&format!("Take back: {}", view.title), says, &button("Leave it as it is", &view.back)))
            div.main-and-side {
                div {
                    section.card { h2 { "What goes" } (figures(&view.would.goes)) }
                    section.card { h2 { "What stays" } (figures(&view.would.stays)) }
                }
                div { (deed(view)) }
            }
            p.id { (view.id) }
        }
    }
}

fn deed(view: &ImportUndoView) -> Markup {
    let (says, other) = if view.with_consents {
        (
            "Consents that the import withdrew are taken back as well.",
            "Leave withdrawn consents as they are",
        )
    } else {
        (
            "Consents that the import withdrew stay withdrawn: nobody is contacted because a list was taken back.",
            "Take these consents back as well",
        )
    };
    html! {
        section.card {
            h2 { "Take it back" }
            p { (says) }
            p { a href=(view.other) { (other) } }
            form method="post" action=(view.to) {
                (csrf(&view.csrf))
                @if view.with_consents { input type="hidden" name="consents" value="yes"; }
                div.foot {
                    (primary("Take it back", None))
                    span { "The same rows can be imported again afterwards." }
                }
            }
        }
    }
}

/// What it came to, on the page of the import.
pub(crate) fn receipt(undone: &UndoneView) -> Markup {
    html! {
        section.card { h2 { "Taken back" } (figures(&undone.goes)) }
        section.card { h2 { "What stayed" } (figures(&undone.stays)) }
    }
}

fn figures(figures: &[(String, u64)]) -> Markup {
    html! {
        dl.counted { @for (what, many) in figures { dt { (what) } dd { (thousands(*many)) } } }
    }
}
