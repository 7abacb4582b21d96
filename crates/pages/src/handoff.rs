//! A handoff: who, why now, what to do and until when; beside it what it rests on and why it came.

use maud::{Markup, html};

use crate::charts::{Contribution, contribution};
use crate::inbox::{self, InboxView};
use crate::parts::{
    Act, Choice, EvidenceSet, Mark, Said, Tone, act, chip, countdown, field, hidden, mark, note,
    primary, said,
};
use crate::text::{Href, Reach, Urgency, When};

/// A handoff as one reader sees it.
#[derive(Clone, Debug)]
pub struct HandoffView {
    /// Its id, short; last and small.
    pub id: String,
    /// The version that is shown: what is done is done to this one.
    pub version: u64,
    /// Which kind: `marketing to sales`.
    pub kind: String,
    /// Where it is, and what that means.
    pub state: (String, Tone),
    /// Whose lead: their name.
    pub name: String,
    /// What they do and where.
    pub title: String,
    /// Their account.
    pub account: Href,
    /// How they can be reached, where the reader may know.
    pub reach: ReachView,
    /// What has to happen next, in words; empty where nothing has.
    pub next: String,
    /// What people said of it since: why it was refused, and their notes.
    pub said: Vec<HistoryView>,
    /// Who asked for what, why now, and what nobody knows.
    pub letter: Vec<Said>,
    /// The rest of the brief.
    pub sections: Vec<SectionView>,
    /// What readers say is missing.
    pub missing: Vec<Mark>,
    /// As of when the brief is.
    pub known: When,
    /// What stands behind each number, from 1.
    pub evidence: Vec<EvidenceSet>,
    /// Its way so far, and what comes next.
    pub clock: Vec<ClockStep>,
    /// How much of the present time is left, of how much, in milliseconds, and when it is due.
    pub due: Option<(i64, i64, When)>,
    /// The score, and its parts.
    pub score: ScoreView,
    /// Why it came to its owner.
    pub why: WhyView,
    /// What else is open at the account.
    pub beside: Vec<BesideView>,
    /// What was delivered.
    pub delivered: Vec<DeliveredView>,
    /// What happened since, newest first.
    pub history: Vec<HistoryView>,
    /// What the reader can do.
    pub actions: Actions,
}

/// How somebody can be reached.
#[derive(Clone, Debug, Default)]
pub struct ReachView {
    /// By mail.
    pub mail: Option<Reach>,
    /// By telephone.
    pub call: Option<Reach>,
}

/// Another open handoff of the account.
#[derive(Clone, Debug)]
pub struct BesideView {
    /// Its page.
    pub href: Href,
    /// Whose lead.
    pub name: String,
    /// Where it is and with whom.
    pub says: String,
    /// Since when.
    pub since: When,
    /// Why it went there.
    pub because: Vec<String>,
}

/// A section of the brief.
#[derive(Clone, Debug)]
pub struct SectionView {
    /// Its heading.
    pub title: String,
    /// What it says.
    pub lines: Vec<Said>,
    /// Whether its lines are steps in an order.
    pub steps: bool,
}

/// A step of its way.
#[derive(Clone, Debug)]
pub struct ClockStep {
    /// What happens there.
    pub name: String,
    /// When, or how long it took, or how long is left.
    pub says: String,
    /// The exact moment.
    pub exact: String,
    /// Whether it has happened.
    pub done: bool,
    /// Whether it is next, and how urgent it is.
    pub next: Option<Urgency>,
    /// Whether it came too late, or its time is over.
    pub late: bool,
}

/// A score and its parts.
#[derive(Clone, Debug, Default)]
pub struct ScoreView {
    /// All of it, in whole points.
    pub total: String,
    /// What it is made of: `fit 46 + engagement 35`.
    pub says: String,
    /// Its parts, the largest first.
    pub parts: Vec<Contribution>,
}

/// Why it came to its owner.
#[derive(Clone, Debug, Default)]
pub struct WhyView {
    /// `Why you`, or `Why Anna Keller`.
    pub title: String,
    /// In a sentence or two.
    pub says: Vec<String>,
    /// Who else, and why not.
    pub others: Vec<(String, String)>,
    /// What would have changed it.
    pub otherwise: Option<String>,
}

/// Something that was delivered, or is to be.
#[derive(Clone, Debug)]
pub struct DeliveredView {
    /// What people call its step.
    pub name: String,
    /// What became of it.
    pub tone: Tone,
    /// When and how often, or why not.
    pub says: String,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub struct HistoryView {
    /// When we knew.
    pub when: When,
    /// What happened, in words.
    pub says: String,
    /// Who did it.
    pub by: String,
    /// What they said in words.
    pub note: Option<String>,
}

/// What the reader can do. What they may not is not there.
#[derive(Clone, Debug, Default)]
pub struct Actions {
    /// What belongs to each form of the reader.
    pub csrf: String,
    /// Take back what was done last.
    pub undo: Option<UndoView>,
    /// Take it.
    pub accept: Option<Href>,
    /// Refuse it: where, and the reasons.
    pub reject: Option<(Href, Vec<Choice>)>,
    /// Give it to somebody: where, and to whom.
    pub reassign: Option<(Href, Vec<Choice>)>,
    /// Say what came of it: where, and what.
    pub outcome: Option<(Href, Vec<Choice>)>,
    /// Say something of a claim of the brief: where, of which brief, and its claims.
    pub feedback: Option<(Href, u32, Vec<Choice>)>,
    /// Keep it out of the reader's own list: where, and for how long.
    pub snooze: Option<(Href, Vec<Choice>)>,
    /// Until when it is out of it.
    pub snoozed: Option<When>,
    /// Say what was right, wrong or missing.
    pub debrief: Option<Href>,
    /// A note that was typed and not taken.
    pub note: String,
    /// Why nothing can be done, where that is so.
    pub why_not: Option<String>,
}

/// What was done last, and can be taken back for some seconds.
#[derive(Clone, Debug)]
pub struct UndoView {
    /// Where it is taken back.
    pub href: Href,
    /// How many seconds are left.
    pub seconds: u64,
    /// Until when it can be.
    pub until: When,
    /// Whether the reader has just done it, and finds the button under their fingers.
    pub fresh: bool,
}

/// The page: the list, the handoff, and what it rests on.
pub fn page(list: Option<&InboxView>, view: &HandoffView) -> Markup {
    html! {
        div.three-columns[list.is_some()].two-columns[list.is_none()] {
            @if let Some(list) = list { (inbox::list(list)) }
            article.detail aria-label="Handoff" data-version=(view.version) {
                (undo(&view.actions))
                (head(view))
                (actions(view))
                (said_since(&view.said))
                p.letter { @for line in &view.letter { (said(line)) " " } }
                dl.brief {
                    @for section in &view.sections {
                        (field(&section.title, &section.lines, section.steps))
                    }
                }
                @for missing in &view.missing { p { (mark(missing)) } }
                (history(view))
                p.as-known { "Written from what was known at " (view.known) " · " span.id { (view.id) } }
            }
            aside.side aria-label="What it rests on" { (side(view)) }
        }
    }
}

fn head(view: &HandoffView) -> Markup {
    html! {
        p.chips {
            (chip(view.state.1, &view.state.0))
            (chip(Tone::Plain, &view.kind))
            @if let Some((left, whole, due)) = &view.due { (countdown(*left, *whole, due)) }
        }
        h1.who {
            a href=(view.account) { (view.name) }
            @if !view.title.is_empty() { " " span { (view.title) } }
        }
        p.next-step {
            @if !view.next.is_empty() { b { "Next: " (view.next) } }
            @if let Some(mail) = &view.reach.mail { " " (mail.link("reach", None)) }
            @if let Some(call) = &view.reach.call { " " (call.link("reach", None)) }
        }
    }
}

/// It stands above all else for as long as it can be used, and its place stays, so that the page can fill it anew.
fn undo(actions: &Actions) -> Markup {
    html! {
        div.undo-place {
            @if let Some(undo) = &actions.undo {
                // It needs no version: what is taken back is the reader's own.
                form.undo method="post" action=(undo.href) data-seconds=(undo.seconds) role="status" {
                    (crate::parts::csrf(&actions.csrf))
                    span { "Done by mistake? You can take it back until " (undo.until) "." }
                    button type="submit" data-key="Z" autofocus[undo.fresh] { "Undo" kbd { "Z" } span.left {} }
                }
            }
        }
    }
}

/// Why it was refused, and what people wrote.
fn said_since(said: &[HistoryView]) -> Markup {
    html! {
        @if !said.is_empty() {
            ul.said-since aria-label="What was said" {
                @for one in said {
                    li {
                        p { (one.says) span.by { @if !one.by.is_empty() { " · " (one.by) } " · " (one.when) } }
                        @if let Some(note) = &one.note { blockquote { (note) } }
                    }
                }
            }
        }
    }
}

fn actions(view: &HandoffView) -> Markup {
    let Actions { csrf, accept, why_not, .. } = &view.actions;
    let version = view.version;
    let rest = rest(view);
    html! {
        div.actions {
            @if let Some(to) = accept {
                form method="post" action=(to) {
                    (hidden(csrf, version))
                    (primary("Accept", Some('A')))
                }
            } @else { (outcome_form(&view.actions, version)) }
            @if accept.is_some() { (reject_form(&view.actions, version)) }
            @if let Some(call) = &view.reach.call { (call.link("button thumb", Some("Call"))) }
            @if let Some(rest) = &rest {
                // On a phone what is needed less waits behind a button, which needs no script.
                input.unseen #more type="checkbox" aria-label="More that can be done";
                label.button.thumb.more for="more" aria-hidden="true" { "More" }
                div.rest { (rest) }
            }
            @if let Some(why) = why_not { p.why-not { (why) } }
        }
    }
}

/// What is not the first thing to do; none where there is nothing.
fn rest(view: &HandoffView) -> Option<Markup> {
    let Actions { csrf, accept, reassign, feedback, snooze, snoozed, debrief, .. } = &view.actions;
    let (version, typed) = (view.version, &view.actions.note);
    let rest = html! {
        @if accept.is_some() { (outcome_form(&view.actions, version)) }
        @else { (reject_form(&view.actions, version)) }
        @if let Some((to, choices)) = reassign {
            (act(
                &Act { says: "Reassign…", key: None, to, csrf, version,
                    does: ("Give it to them", "They are offered it, with a deadline of their own.") },
                &html! {
                    label for="reassign-to" { "To whom" }
                    select #reassign-to name="owner" required {
                        option value="" { "Choose…" }
                        @for choice in choices { option value=(choice.value) { (choice.says) } }
                    }
                    (note("reassign-note", "In words (optional)", typed))
                },
            ))
        }
        @if let Some((to, brief, claims)) = feedback {
            (feedback_form(to, (*brief, claims), (csrf, version), typed))
        }
        @if let Some((to, choices)) = snooze {
            (act(
                &Act { says: "Snooze…", key: None, to, csrf, version,
                    does: ("Snooze it", "Only your own list changes: its clocks go on.") },
                &html! {
                    @if let Some(until) = snoozed { p { "Snoozed until " (until) } }
                    (options("for", "For how long", choices))
                },
            ))
        }
        @if let Some(to) = debrief { (debrief_form(to, csrf, version, typed)) }
    };
    (!rest.0.is_empty()).then_some(rest)
}

fn outcome_form(actions: &Actions, version: u64) -> Markup {
    let Actions { csrf, outcome, note: typed, .. } = actions;
    html! {
        @if let Some((to, choices)) = outcome {
            (act(
                &Act { says: "Log outcome…", key: Some('O'), to, csrf, version,
                    does: ("Log it", "Its deadlines follow what you say.") },
                &html! {
                    (options("outcome", "What came of it", choices))
                    (note("outcome-note", "In words, for whoever reads this next", typed))
                },
            ))
        }
    }
}

fn reject_form(actions: &Actions, version: u64) -> Markup {
    let Actions { csrf, reject, note: typed, .. } = actions;
    html! {
        @if let Some((to, choices)) = reject {
            (act(
                &Act { says: "Reject…", key: Some('R'), to, csrf, version,
                    does: ("Reject it", "It goes to the next who may have it; marketing reads your reason.") },
                &html! {
                    (options("reason", "Why", choices))
                    (note("reject-note", "In words (optional)", typed))
                },
            ))
        }
    }
}

fn feedback_form(
    to: &Href,
    (brief, claims): (u32, &[Choice]),
    (csrf, version): (&str, u64),
    typed: &str,
) -> Markup {
    act(
        &Act {
            says: "Feedback…",
            key: None,
            to,
            csrf,
            version,
            does: ("Send it", "It stands beside the brief, and RevOps sees what is called wrong."),
        },
        &html! {
            input type="hidden" name="brief" value=(brief);
            label for="feedback-claim" { "Which sentence" }
            select #feedback-claim name="claim" {
                option value="" { "None: something is missing" }
                @for claim in claims { option value=(claim.value) { (claim.says) } }
            }
            fieldset {
                legend { "It is" }
                @for word in ["right", "wrong", "stale", "missing"] {
                    label { input type="radio" name="feedback" value=(word) required; " " (word) }
                }
            }
            (note("feedback-note", "In words (optional)", typed))
        },
    )
}

fn debrief_form(to: &Href, csrf: &str, version: u64, typed: &str) -> Markup {
    act(
        &Act {
            says: "Debrief…",
            key: None,
            to,
            csrf,
            version,
            does: ("Send it", "The next briefs learn from it."),
        },
        &html! {
            fieldset {
                legend { "Was the brief right?" }
                label { input type="radio" name="right" value="true" checked; " Right" }
                label { input type="radio" name="right" value="false"; " Wrong" }
            }
            label for="complaints" { "How many things were wrong or missing" }
            input #complaints type="number" name="complaints" min="0" max="99" value="0";
            (note("debrief-note", "Which (optional)", typed))
        },
    )
}

fn options(name: &str, legend: &str, choices: &[Choice]) -> Markup {
    html! {
        fieldset {
            legend { (legend) }
            @for choice in choices {
                label { input type="radio" name=(name) value=(choice.value) required; " " (choice.says) }
            }
        }
    }
}

fn history(view: &HandoffView) -> Markup {
    html! {
        @if !view.history.is_empty() {
            details.history {
                summary { "What happened" span { (view.history.len()) } }
                ol.lines {
                    @for entry in &view.history {
                        li {
                            (entry.when)
                            div {
                                p { (entry.says) @if !entry.by.is_empty() { span.by { " · " (entry.by) } } }
                                @if let Some(note) = &entry.note { blockquote { (note) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn side(view: &HandoffView) -> Markup {
    html! {
        @if !view.clock.is_empty() {
            section {
                h2 { "Clock" }
                ol.clock {
                    @for step in &view.clock {
                        li.done[step.done].next[step.next.is_some()].late[step.late]
                            .(step.next.map_or("", Urgency::class)) title=(step.exact) {
                            span { (step.name) } b { (step.says) }
                        }
                    }
                }
            }
        }
        @if !view.evidence.is_empty() {
            div.evidence { @for (at, set) in view.evidence.iter().enumerate() { (set.shown(at + 1)) } }
        }
        (score(&view.score))
        @if !view.why.says.is_empty() || !view.why.others.is_empty() { (why(&view.why)) }
        @if !view.beside.is_empty() { (beside(&view.beside)) }
        @if !view.delivered.is_empty() {
            section {
                h2 { "Delivered" }
                ul.delivered {
                    @for one in &view.delivered { li { (chip(one.tone, &one.name)) span { (one.says) } } }
                }
            }
        }
    }
}

/// Who else at the account was offered to whom, since each lead is routed by itself.
fn beside(all: &[BesideView]) -> Markup {
    html! {
        section.also {
            h2 { "Also open at this account " span { "each lead is routed by itself" } }
            ul {
                @for one in all {
                    li {
                        p { a href=(one.href) { (one.name) } " " (one.says) ", " (one.since) }
                        @if !one.because.is_empty() {
                            p.quiet { "because " (one.because.join("; ")) }
                        }
                    }
                }
            }
        }
    }
}

fn score(score: &ScoreView) -> Markup {
    let largest = score.parts.iter().map(|part| part.points.abs()).max().unwrap_or(1);
    html! {
        section {
            h2 { "Score " (score.total) " " span { (score.says) } }
            @for part in &score.parts { (contribution(part, largest)) }
        }
    }
}

fn why(why: &WhyView) -> Markup {
    html! {
        section {
            h2 { (why.title) }
            @for line in &why.says { p { (line) } }
            @if !why.others.is_empty() {
                dl.others { @for (name, reason) in &why.others { dt { (name) } dd { (reason) } } }
            }
            @if let Some(otherwise) = &why.otherwise { p.quiet { (otherwise) } }
        }
    }
}
