//! Buttons, fields of forms, and what opens in place to ask before it does something.

use maud::{Markup, html};

use crate::text::Href;

/// One of several that can be chosen.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What people read.
    pub says: String,
}

/// Something that can be done, which asks for more first.
#[derive(Clone, Copy)]
pub struct Act<'a> {
    /// What the button says.
    pub says: &'a str,
    /// The key that opens it.
    pub key: Option<char>,
    /// Where the form goes.
    pub to: &'a Href,
    /// What belongs to each form of the reader.
    pub csrf: &'a str,
    /// The version that the reader has seen.
    pub version: u64,
    /// What its own button says, and what will happen.
    pub does: (&'a str, &'a str),
}

/// A button of a form that does what the page is for. One a page.
pub fn primary(says: &str, key: Option<char>) -> Markup {
    html! {
        button.primary type="submit" data-key=[key.map(String::from)] {
            (says) @if let Some(key) = key { kbd { (key) } }
        }
    }
}

/// Another button of a form.
pub fn secondary(says: &str) -> Markup {
    html! { button type="submit" { (says) } }
}

/// A link that looks like a button.
pub fn button(says: &str, href: &Href) -> Markup {
    html! { a.button href=(href) { (says) } }
}

/// What each form carries, so that no other site can send it.
pub fn csrf(token: &str) -> Markup {
    html! { input type="hidden" name="csrf" value=(token); }
}

/// What each form over something that a reader saw carries.
pub fn hidden(token: &str, version: u64) -> Markup {
    html! {
        (csrf(token))
        input type="hidden" name="version" value=(version);
    }
}

/// A place for words, with those that were typed before and not taken.
pub fn note(id: &str, label: &str, typed: &str) -> Markup {
    html! {
        label for=(id) { (label) }
        textarea id=(id) name="note" rows="3" maxlength="4000" data-draft { (typed) }
    }
}

/// A button that opens a form in place, without script.
pub fn act(act: &Act<'_>, fields: &Markup) -> Markup {
    let (does, happens) = act.does;
    html! {
        details.act name="act" {
            summary.button data-key=[act.key.map(String::from)] {
                (act.says) @if let Some(key) = act.key { kbd { (key) } }
            }
            form method="post" action=(act.to) {
                (hidden(act.csrf, act.version))
                (fields)
                div.foot { button.primary type="submit" { (does) } span { (happens) } }
            }
        }
    }
}
