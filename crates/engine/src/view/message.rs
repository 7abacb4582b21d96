//! What a step tells a person: whom, what has occurred, about which handoff, and until when.
//!
//! It is a part of the body of a delivery. A webhook and a file have it as fields; a destination that
//! writes to people renders it.

use domain::fact::{Addressee, Notice};
use domain::handoff::{Occasion, Owner, Target};
use domain::{HandoffId, Moment};
use rules::Strategy;
use rules::destinations::{Step, Trigger};
use rules::team::Member;
use serde::Serialize;

use crate::as_of::HandoffAsOf;

/// A message, as bodies hold it.
#[derive(Serialize, Debug)]
pub struct MessageView<'a> {
    /// Who is told; none where the step names nobody.
    pub to: Option<AddresseeView<'a>>,
    /// Whether whoever delays or mutes messages is to let this one through.
    pub must: bool,
    /// One sentence: what has occurred. It names nobody outside the team.
    pub says: String,
    /// The target that it is about, where it is about one.
    pub target: Option<Target>,
    /// When that target is due.
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
    notice: &'a Notice,
) -> MessageView<'a> {
    let handoff = known.handoff();
    let due = notice.target.and_then(|target| handoff.clocks.get(&target)).map(|clock| clock.due);
    let owner = owner(&handoff.owner, strategy);
    MessageView {
        to: notice.told.as_ref().map(|told| addressee(told, strategy)),
        must: step.must,
        says: sentence(step.when.value, notice.target, &owner),
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

fn sentence(trigger: Trigger, target: Option<Target>, owner: &OwnerView<'_>) -> String {
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
            format!("Nobody was found for a lead. {who} has it.")
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
