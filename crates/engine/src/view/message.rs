//! What a step tells a person: whom, what has occurred, about which handoff, and until when.
//!
//! It is a part of the body of a delivery. A webhook and a file have it as fields; a destination that
//! writes to people renders it.

use domain::fact::{Addressee, Notice};
use domain::handoff::{Occasion, Owner, Target};
use domain::reason::{Code, Reason};
use domain::{HandoffId, Moment, Value};
use rules::Strategy;
use rules::destinations::{Step, Trigger};
use rules::team::Member;
use serde::Serialize;

use super::reader::Reader;
use crate::as_of::HandoffAsOf;
use crate::state::Handoff;

/// A message, as bodies hold it.
#[derive(Serialize, Debug)]
pub struct MessageView<'a> {
    /// Who is told; none where the step names nobody.
    pub to: Option<AddresseeView<'a>>,
    /// Whether whoever delays or mutes messages is to let this one through.
    pub must: bool,
    /// One sentence: what has occurred. It names nobody outside the team.
    pub says: String,
    /// Who it is about, in a few words, where whoever is told may read that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Of the occasion `unrouted`: why a queue has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<QueuedBecause>,
    /// The target that it is about, where it is about one.
    pub target: Option<Target>,
    /// When that target is due; of a step that waits for a state, the first target that runs.
    pub due: Option<Moment>,
    /// Who has the handoff.
    pub owner: OwnerView<'a>,
    /// The handoff's page, below the address of the server.
    pub link: String,
}

/// Who is told, and where they are reached.
#[derive(Serialize, Debug)]
pub struct AddresseeView<'a> {
    /// `member` or `channel`.
    pub kind: &'static str,
    /// The member's id, or the channel as the strategy writes it.
    pub id: &'a str,
    /// The member's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'a str>,
    /// The member's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<&'a str>,
    /// The member's id in Slack.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slack: Option<&'a str>,
}

/// Who has the handoff.
#[derive(Serialize, Debug)]
pub struct OwnerView<'a> {
    /// `person`, `queue` or `engine`.
    pub kind: &'static str,
    /// The member's or the queue's id.
    pub id: &'a str,
    /// What people call them.
    pub name: &'a str,
}

/// What a step tells of a handoff.
pub(super) fn message<'a>(
    known: HandoffAsOf<'a>,
    strategy: &'a Strategy,
    step: &Step,
    (notice, reader): (&'a Notice, &Reader<'_>),
) -> MessageView<'a> {
    let handoff = known.handoff();
    let due = handoff.clock_of(notice).map(|clock| clock.due);
    let because = queued_because(handoff);
    let is_unrouted = step.when.value == Trigger::Occasion(Occasion::Unrouted);
    let owner = owner(&handoff.owner, strategy);
    MessageView {
        to: notice.told.as_ref().map(|told| addressee(told, strategy)),
        must: step.must,
        says: sentence(step.when.value, notice.target, (&owner, because)),
        because: is_unrouted.then_some(because),
        about: notice.told.as_ref().and_then(|_| about(known, reader)),
        target: notice.target,
        due,
        link: link(handoff.id),
        owner,
    }
}

fn addressee<'a>(told: &'a Addressee, strategy: &'a Strategy) -> AddresseeView<'a> {
    let (kind, member) = match told {
        Addressee::Member(member) => ("member", strategy.team.member(&member.0)),
        Addressee::Channel(_) => ("channel", None),
    };
    AddresseeView {
        kind,
        id: told.id(),
        name: member.map(|member| member.name.as_str()),
        email: member.and_then(|member| member.email.as_deref()),
        slack: member.and_then(slack),
    }
}

fn slack(member: &Member) -> Option<&str> {
    member.field("slack")?.text()
}

fn owner<'a>(owner: &'a Owner, strategy: &'a Strategy) -> OwnerView<'a> {
    let name = match owner {
        Owner::Person(member) => strategy.team.member(&member.0).map(|known| known.name.as_str()),
        Owner::Queue(_) | Owner::Engine => None,
    };
    OwnerView { kind: owner.kind(), id: owner.id(), name: name.unwrap_or_else(|| owner.id()) }
}

/// Who a handoff is about: the person, where personal data may be read, and the company.
fn about(known: HandoffAsOf<'_>, reader: &Reader<'_>) -> Option<String> {
    let (account, person) = (known.account(), known.person());
    let of_person = |name: &str| {
        let field = account.person_field(person, name).filter(|_| reader.personal)?;
        Value::text(&field.value).map(str::to_owned)
    };
    let whole = || {
        let parts: Vec<String> =
            ["first_name", "last_name"].into_iter().filter_map(of_person).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    };
    let company = ["name", "domain"].into_iter().find_map(|name| account.field(name));
    let company = company.and_then(|field| Value::text(&field.value)).map(str::to_owned);
    let words: Vec<String> = of_person("name").or_else(whole).into_iter().chain(company).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// Why a queue has a handoff.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum QueuedBecause {
    /// No route found anybody.
    NobodyFound,
    /// It was offered, and whoever got it let the time pass.
    NobodyAccepted,
    /// Its deliveries failed, however often they were tried.
    DeliveriesFailed,
    /// Whoever had it has left the team.
    OwnerLeft,
}

fn queued_because(handoff: &Handoff) -> QueuedBecause {
    let says =
        |code: Code| handoff.routing.reasons.iter().any(|reason: &Reason| reason.code == code);
    let silence = [Code::ChainEnded, Code::AcceptOverdue, Code::TargetOverdue, Code::QueueOverdue];
    if says(Code::AttemptsUsedUp) {
        QueuedBecause::DeliveriesFailed
    } else if says(Code::HandedOn) {
        QueuedBecause::OwnerLeft
    } else if silence.into_iter().any(says) || !handoff.passed_over.is_empty() {
        // Whoever had it before was found, and did not take it.
        QueuedBecause::NobodyAccepted
    } else {
        QueuedBecause::NobodyFound
    }
}

fn sentence(
    trigger: Trigger,
    target: Option<Target>,
    (owner, because): (&OwnerView<'_>, QueuedBecause),
) -> String {
    let who = match owner.kind {
        "queue" => format!("The queue {}", owner.name),
        "engine" => "Nobody".to_owned(),
        _ => owner.name.to_owned(),
    };
    let to_do = match target {
        Some(Target::Accept) | None => "accept this lead",
        Some(Target::FirstTouch) => "get in touch with this lead",
        Some(Target::Qualify) => "qualify this lead or let it go",
    };
    match trigger {
        Trigger::State(state) => format!("A lead is {state}. Its owner: {who}."),
        Trigger::Occasion(Occasion::Warned) => {
            format!("Little time is left to {to_do}. Its owner: {who}.")
        }
        Trigger::Occasion(Occasion::Breached) => {
            format!("The time to {to_do} has passed. Its owner: {who}.")
        }
        Trigger::Occasion(Occasion::Reminded) => format!("A reminder for {who}: {to_do}."),
        Trigger::Occasion(Occasion::Escalated) => {
            format!("{who} did not {to_do} in time, and you are told as their manager.")
        }
        Trigger::Occasion(Occasion::Waiting) => {
            format!("A lead waits, and nobody works it. Its owner: {who}.")
        }
        Trigger::Occasion(Occasion::Unrouted) => {
            let why = match because {
                QueuedBecause::NobodyFound => "Nobody was found for a lead.",
                QueuedBecause::NobodyAccepted => "Nobody accepted a lead.",
                QueuedBecause::DeliveriesFailed => {
                    "What had to be sent of a lead could not be delivered."
                }
                QueuedBecause::OwnerLeft => "The owner of a lead has left the team.",
            };
            format!("{why} {who} has it.")
        }
        Trigger::Occasion(Occasion::Reassigned) => {
            format!("A lead went on to another owner: {who}.")
        }
        Trigger::Occasion(Occasion::Reviewed) => {
            format!("A lead waits for a person's answer before it goes on. {who} has it.")
        }
    }
}

fn link(handoff: HandoffId) -> String {
    format!("/v1/handoffs/{handoff}")
}
