//! A draft of the strategy: its files, what is wrong with them, what it changes in words, and what it would replace.

use maud::{Markup, html};

use crate::parts::{Act, Tone, act, button, chip, csrf, head, primary};
use crate::text::{Href, count};

/// A draft.
#[derive(Clone, Debug)]
pub struct DraftView {
    /// Its id.
    pub title: String,
    /// Who saved it, when, and what it was based on.
    pub says: String,
    /// How its check ended.
    pub state: (String, Tone),
    /// What belongs to each form of the reader.
    pub csrf: String,
    /// Its files.
    pub files: Vec<DraftFile>,
    /// The file that is open.
    pub open: Option<OpenFile>,
    /// What a check found.
    pub problems: Vec<ProblemRow>,
    /// How many more it found.
    pub more_problems: usize,
    /// What it changes, by file.
    pub changes: Vec<(String, Vec<String>)>,
    /// How many more changes there are.
    pub more_changes: usize,
    /// Where it is put in force; none while it has errors.
    pub apply: Option<ApplyView>,
    /// Where it is rehearsed.
    pub rehearse: Option<Href>,
    /// Where it is thrown away.
    pub discard: Href,
}

/// A file of a draft.
#[derive(Clone, Debug)]
pub struct DraftFile {
    /// Its path.
    pub path: String,
    /// Where it is open.
    pub href: Href,
    /// Whether it is open.
    pub here: bool,
    /// Whether it differs from what is in force.
    pub changed: bool,
    /// What a check found in it.
    pub problems: usize,
}

/// A file that is open.
#[derive(Clone, Debug)]
pub struct OpenFile {
    /// Its path.
    pub path: String,
    /// Its text; none where it is too large for a page, or is no text.
    pub text: Option<String>,
    /// Where it is saved.
    pub save: Href,
}

/// Something that a check found.
#[derive(Clone, Debug)]
pub struct ProblemRow {
    /// `error` or `warning`.
    pub severity: (String, Tone),
    /// Its code.
    pub code: String,
    /// Its file, line and character, as `routing.yaml:41:29`.
    pub place: String,
    /// Where the file is open.
    pub href: Href,
    /// What is wrong.
    pub message: String,
    /// The line as it stands, and the caret below it.
    pub line: Option<(String, String)>,
    /// How to mend it.
    pub help: Option<String>,
    /// A case that shows it.
    pub example: Option<String>,
}

/// How a draft is put in force.
#[derive(Clone, Debug)]
pub struct ApplyView {
    /// Where the form goes.
    pub to: Href,
    /// The version that it replaces; empty where none is in force.
    pub replaces: String,
    /// What will happen, with the version in it.
    pub says: String,
}

/// The page.
pub fn page(view: &DraftView) -> Markup {
    html! {
        div.wide {
            (head(&view.title, &view.says, &beside(view)))
            div.list-and-detail.draft {
                div { (files(view)) }
                div { (open(view)) (problems(view)) (changes(view)) }
            }
        }
    }
}

fn beside(view: &DraftView) -> Markup {
    let (state, tone) = &view.state;
    let of = |says, to, does| Act { says, key: None, to, csrf: &view.csrf, version: 0, does };
    html! {
        (chip(*tone, state))
        div.look-back {
            (act(
                &of("Discard…", &view.discard, ("Discard the draft", "What is in force stays as it is.")),
                &html! {},
            ))
        }
        @if let Some(rehearse) = &view.rehearse { (button("Rehearse", rehearse)) }
        @if let Some(apply) = &view.apply {
            div.look-back {
                (act(
                    &of("Apply…", &apply.to, ("Put it in force", &apply.says)),
                    &html! { input type="hidden" name="replaces" value=(apply.replaces); },
                ))
            }
        }
    }
}

fn files(view: &DraftView) -> Markup {
    html! {
        section.card.causes aria-label="Files" {
            ul.rows {
                @for file in &view.files {
                    li {
                        a href=(file.href) aria-current=[file.here.then_some("true")] {
                            span.what { (file.path) }
                            span {
                                @if file.problems > 0 { (chip(Tone::Bad, &file.problems.to_string())) }
                                @if file.changed { (chip(Tone::Trial, "changed")) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn open(view: &DraftView) -> Markup {
    let Some(file) = &view.open else { return html! {} };
    html! {
        section.card {
            h2 { (file.path) }
            @match &file.text {
                Some(text) => {
                    form method="post" action=(file.save) {
                        (csrf(&view.csrf))
                        input type="hidden" name="path" value=(file.path);
                        label.unseen for="text" { "Text of " (file.path) }
                        textarea.source #text name="text" rows="22" spellcheck="false" autocapitalize="off" wrap="off" {
                            // A browser takes the first line end away.
                            "\n" (text)
                        }
                        div.foot { (primary("Save and check", None)) span { "Saved as a draft of its own. Nothing is in force yet." } }
                    }
                }
                None => p.quiet {
                    "This file is too large to be edited here, or is no text. Bring the draft into a folder: "
                    code { "baton strategy pull " (view.title) " DIR" }
                }
            }
        }
    }
}

fn problems(view: &DraftView) -> Markup {
    html! {
        section.card #problems {
            h2 { "What a check says" }
            @if view.problems.is_empty() { p.quiet { "Nothing is wrong with it, and its stories end as they say." } }
            ul.problems {
                @for problem in &view.problems {
                    li {
                        p {
                            (chip(problem.severity.1, &problem.severity.0)) " "
                            a href=(problem.href) { (problem.place) } " "
                            strong { (problem.message) } " " code.quiet { (problem.code) }
                        }
                        @if let Some((line, caret)) = &problem.line {
                            div.scroll tabindex="0" role="region" aria-label={ "Line of " (problem.place) } {
                                pre.caret { (line) "\n" b aria-hidden="true" { (caret) } }
                            }
                        }
                        @if let Some(example) = &problem.example { p.quiet { "For example: " (example) } }
                        @if let Some(help) = &problem.help { p { "To mend it: " (help) } }
                    }
                }
            }
            @if view.more_problems > 0 { p.quiet { "and " (count(view.more_problems as u64, "more", "more")) } }
        }
    }
}

fn changes(view: &DraftView) -> Markup {
    html! {
        section.card {
            h2 { "What it changes, in words" span { " compared with what is in force now" } }
            @if view.changes.is_empty() { p.quiet { "Nothing: it decides as what is in force." } }
            (differences(&view.changes))
            @if view.more_changes > 0 { p.quiet { "and " (count(view.more_changes as u64, "more", "more")) } }
        }
    }
}

/// Differences by file.
pub(crate) fn differences(changes: &[(String, Vec<String>)]) -> Markup {
    html! {
        @for (file, lines) in changes {
            h3 { (file) }
            ul.steps.changes { @for line in lines { li { (line) } } }
        }
    }
}

/// Two versions beside each other, and how the older one comes back.
#[derive(Clone, Debug)]
pub struct VersionPage {
    /// The version, short.
    pub title: String,
    /// Since when and by whom it was in force.
    pub says: String,
    /// What belongs to each form of the reader.
    pub csrf: String,
    /// Whether it is in force.
    pub in_force: bool,
    /// What would change if it came back, by file.
    pub changes: Vec<(String, Vec<String>)>,
    /// How many more changes there are.
    pub more_changes: usize,
    /// Where it is put back, with the version that it replaces.
    pub back: Option<ApplyView>,
    /// The version as it is sent.
    pub version: String,
    /// Where a draft of it is begun.
    pub draft: Option<Href>,
}

/// The page of a version.
pub fn version(view: &VersionPage) -> Markup {
    let beside = html! {
        @if view.in_force { (chip(Tone::Good, "in force")) } @else { (chip(Tone::Plain, "was in force")) }
        @if let Some(draft) = &view.draft {
            form method="post" action=(draft) {
                (csrf(&view.csrf))
                input type="hidden" name="from" value=(view.version);
                (crate::parts::secondary("Begin a draft"))
            }
        }
        @if let Some(back) = &view.back {
            div.look-back {
                (act(
                    &Act {
                        says: "Roll back…",
                        key: None,
                        to: &back.to,
                        csrf: &view.csrf,
                        version: 0,
                        does: ("Put it back in force", &back.says),
                    },
                    &html! {
                        input type="hidden" name="replaces" value=(back.replaces);
                        input type="hidden" name="back" value=(view.version);
                    },
                ))
            }
        }
    };
    html! {
        div.wide {
            (head(&format!("Version {}", view.title), &view.says, &beside))
            section.card {
                h2 { "What would change, in words" span { " if it came back now" } }
                @if view.changes.is_empty() { p.quiet { "Nothing: it decides as what is in force." } }
                (differences(&view.changes))
                @if view.more_changes > 0 { p.quiet { "and " (count(view.more_changes as u64, "more", "more")) } }
            }
        }
    }
}
