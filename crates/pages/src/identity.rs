//! Identity: who may be one person and was not joined, and what joining, splitting or taking back a merge would change.

use maud::{Markup, html};

use crate::parts::{Act, Choice, act, csrf, empty, head, secondary};
use crate::text::{Href, When, count};

/// Who is who.
#[derive(Clone, Debug)]
pub struct IdentityView {
    /// In a sentence: how many pairs wait.
    pub says: String,
    /// What belongs to each form of the reader.
    pub csrf: String,
    /// Where what would change is shown, and then done.
    pub to: Href,
    /// Why somebody changes who is who.
    pub reasons: Vec<Choice>,
    /// What was asked for and would change; nothing is done yet.
    pub preview: Option<PreviewView>,
    /// Somebody who was looked for.
    pub person: Option<PersonView>,
    /// What was typed to find them.
    pub typed: String,
    /// Pairs who have an identifier in common and were not joined, the newest first.
    pub pairs: Vec<PairView>,
    /// Whether there are more.
    pub more: bool,
}

/// Two people who may be one.
#[derive(Clone, Debug)]
pub struct PairView {
    /// Since when it is known.
    pub since: When,
    /// Why they were not joined.
    pub reasons: Vec<String>,
    /// Both of them.
    pub sides: [SideView; 2],
}

/// Somebody with their nodes.
#[derive(Clone, Debug)]
pub struct SideView {
    /// Their id.
    pub person: String,
    /// What they are called; none where nobody said, or the reader may not know.
    pub name: Option<String>,
    /// Their nodes.
    pub nodes: Vec<NodeView>,
}

/// A node of somebody.
#[derive(Clone, Debug)]
pub struct NodeView {
    /// Its id.
    pub id: String,
    /// What it is found by.
    pub says: String,
    /// The account that it is in: what it is called, else its id.
    pub account: Option<(String, Href)>,
}

/// Somebody who was looked for, with what can be done.
#[derive(Clone, Debug)]
pub struct PersonView {
    /// Who they are.
    pub side: SideView,
    /// Merges into them that are not taken back: whom, and since when.
    pub merged: Vec<(String, When)>,
}

/// What would change.
#[derive(Clone, Debug)]
pub struct PreviewView {
    /// In a sentence.
    pub says: String,
    /// More of it.
    pub lines: Vec<String>,
    /// The same form again, to do it.
    pub fields: Vec<(&'static str, String)>,
    /// What the button says.
    pub does: String,
}

/// The page.
pub fn page(view: &IdentityView) -> Markup {
    html! {
        div.wide {
            (head("Identity", &view.says, &html! {}))
            @if let Some(preview) = &view.preview { (preview_card(view, preview)) }
            section.card {
                h2 { "Look somebody up" span { " to split their nodes, or to take back a merge" } }
                form.one-line method="get" action=(view.to) {
                    label { "Person" input type="text" name="person" value=(view.typed) placeholder="p-…" required; }
                    div.foot { (secondary("Look")) span { "By their id, or the beginning of it." } }
                }
            }
            @if let Some(person) = &view.person { (person_card(view, person)) }
            @if view.pairs.is_empty() {
                section.card {
                    (empty(
                        "Nobody waits to be joined",
                        "Two people who have an address or a number in common, and whose source has an id for each, are shown here: they may be two.",
                        Some("baton resolve list"),
                    ))
                }
            }
            @for pair in &view.pairs { (pair_card(view, pair)) }
            @if view.more { p.quiet { "There are older ones; they come when these are dealt with." } }
        }
    }
}

fn preview_card(view: &IdentityView, preview: &PreviewView) -> Markup {
    html! {
        section.card.refusal.asks role="status" {
            h2 { "This would change" }
            p { strong { (preview.says) } }
            @if !preview.lines.is_empty() { ul.steps { @for line in &preview.lines { li { (line) } } } }
            form method="post" action=(view.to) {
                (csrf(&view.csrf))
                @for (name, value) in &preview.fields { input type="hidden" name=(name) value=(value); }
                input type="hidden" name="sure" value="yes";
                div.foot {
                    button.primary type="submit" { (preview.does) }
                    a href=(view.to) { "Leave it as it is" }
                }
            }
        }
    }
}

fn pair_card(view: &IdentityView, pair: &PairView) -> Markup {
    let [one, other] = &pair.sides;
    html! {
        section.card {
            h2 { "One person or two?" span { " since " (pair.since) } }
            ul.steps.quiet { @for reason in &pair.reasons { li { (reason) } } }
            div.sides {
                div { (side(one)) }
                div { (side(other)) }
            }
            form.one-line method="post" action=(view.to) {
                (csrf(&view.csrf))
                input type="hidden" name="verb" value="join";
                input type="hidden" name="one" value=(one.person);
                input type="hidden" name="other" value=(other.person);
                (reasons(view))
                div.foot { (secondary("Join them…")) span { "You see what changes before it does." } }
            }
        }
    }
}

fn side(side: &SideView) -> Markup {
    html! {
        h3 { (called(side)) }
        ul.nodes { @for node in &side.nodes { li { (node_says(node)) } } }
    }
}

/// What somebody is called, with the id small beside it.
fn called(side: &SideView) -> Markup {
    html! {
        @match &side.name {
            Some(name) => { (name) " " span.id { (side.person) } },
            None => (side.person),
        }
    }
}

fn node_says(node: &NodeView) -> Markup {
    html! {
        span { (node.says) }
        span.id {
            (node.id)
            @if let Some((account, href)) = &node.account { " in " a href=(href) { (account) } }
        }
    }
}

fn person_card(view: &IdentityView, person: &PersonView) -> Markup {
    let nodes = &person.side.nodes;
    html! {
        section.card {
            h2 { (called(&person.side)) span { " " (count(nodes.len() as u64, "node", "nodes")) } }
            form method="post" action=(view.to) {
                (csrf(&view.csrf))
                input type="hidden" name="verb" value="split";
                input type="hidden" name="one" value=(person.side.person);
                fieldset {
                    legend { "Which are somebody else's?" }
                    ul.nodes {
                        @for (at, node) in nodes.iter().enumerate() {
                            li {
                                label { input type="checkbox" name={ "node-" (at) } value=(node.id); (node.says) }
                                span.id {
                                    (node.id)
                                    @if let Some((account, href)) = &node.account { " in " a href=(href) { (account) } }
                                }
                            }
                        }
                    }
                }
                (reasons(view))
                div.foot { (secondary("Split them off…")) span { "What signals say does not join them again." } }
            }
            @for (loser, since) in &person.merged {
                div.actions {
                    (act(
                        &Act {
                            says: &format!("Take back the merge of {loser}…"),
                            key: None,
                            to: &view.to,
                            csrf: &view.csrf,
                            version: 0,
                            does: ("Show what changes", "They are two again, as if they had never been merged."),
                        },
                        &html! {
                            input type="hidden" name="verb" value="undo";
                            input type="hidden" name="one" value=(person.side.person);
                            input type="hidden" name="other" value=(loser);
                            p.quiet { "merged " (since) }
                        },
                    ))
                }
            }
        }
    }
}

fn reasons(view: &IdentityView) -> Markup {
    html! {
        label {
            "Why"
            select name="reason" { @for reason in &view.reasons { option value=(reason.value) { (reason.says) } } }
        }
    }
}
