//! What an export says of a fact.

use domain::fact::{
    Candidate, Contribution, Entry, Fact, Header, Routing, SCHEMA, Score, ScoreGroup,
};
use domain::handoff::{Action, Actor, Autonomy, MemberId, Owner};
use domain::reason::{Code, Reason};
use domain::{AccountId, DeliveryId, HandoffId, Moment, PersonId, SignalId};
use serde_json::{Value, json};
use store::{Position, Stored};

use super::{Aggregate, fields, line};

#[track_caller]
fn check(fact: Fact, wanted: Value) {
    let aggregate = Aggregate::Account(AccountId::from_bytes([4; 10]));
    let header = Header {
        schema: SCHEMA,
        aggregate,
        moment: Moment::EPOCH,
        actor: Actor::Engine,
        correlation: None,
        strategy: None,
        engine: None,
    };
    let entry = Entry { header, facts: vec![fact] };
    let stored = Stored { position: Position(1), entry, damaged: false };
    let told = line(&stored, 0, &stored.entry.facts[0], None, None, false);
    let Value::Object(wanted) = wanted else { panic!("an object is wanted") };
    assert_eq!(told["account"], json!(AccountId::from_bytes([4; 10])));
    for (name, value) in wanted {
        assert_eq!(told.get(&name), Some(&value), "`{name}` of {told:?}");
    }
}

fn sam() -> MemberId {
    MemberId("sam".into())
}

#[test]
fn found_a20_a_score_is_told_with_its_parts_and_their_rules() {
    let signal = SignalId::from_bytes([1; 10]);
    let contributions = vec![Contribution {
        group: ScoreGroup::Engagement,
        rule: Some(2),
        points: -50,
        evidence: vec![signal],
    }];
    let score = Score { fit: 3_000, engagement: -50, contributions }.into();
    check(
        Fact::LeadScored { signal, person: Some(PersonId::from_bytes([3; 10])), score },
        json!({
            "id": signal, "fit": 30.0, "engagement": -0.5, "total": 29.5,
            "score": {
                "fit": 30.0, "engagement": -0.5,
                "contributions": [
                    { "group": "engagement", "rule": 2, "points": -0.5, "evidence": [signal] },
                ],
            },
        }),
    );
}

#[test]
fn a_total_is_what_its_parts_come_to_in_hundredths() {
    let signal = SignalId::from_bytes([1; 10]);
    for fit in (-4_000..4_000).step_by(400) {
        for engagement in -700..700 {
            let score = Score { fit, engagement, contributions: Vec::new() };
            let total = f64::from(score.total()) / 100.0;
            let person = Some(PersonId::from_bytes([3; 10]));
            let said = fields(&Fact::LeadScored { signal, person, score: score.into() });
            assert_eq!(said["total"], json!(total), "{fit} and {engagement}");
        }
    }
}

#[test]
fn found_a20_an_owner_is_told_with_every_candidate_and_why_not() {
    let handoff = HandoffId::from_bytes([5; 10]);
    let routing = Routing {
        route: Some(3),
        reasons: vec![Reason::of_rule(Code::RouteMatched, 3)],
        pool: Some("dach".to_owned()),
        candidates: vec![Candidate {
            member: sam(),
            code: Code::DayCap,
            figure: Some(40),
            until: None,
        }],
        probability_ppm: Some(500_000),
    };
    check(
        Fact::OwnerAssigned {
            handoff,
            owner: Owner::Person(sam()),
            routing: routing.into(),
            by: None,
        },
        json!({
            "id": handoff, "handoff": handoff, "route": 3, "pool": "dach",
            "routing": {
                "route": 3, "pool": "dach", "probability_ppm": 500_000,
                "reasons": [{ "code": "route-matched", "rule": 3, "figure": null }],
                "candidates": [{ "member": "sam", "code": "day-cap", "figure": 40, "until": null }],
            },
        }),
    );
    let (eligible, weights) = (vec![sam()], vec![1_500]);
    check(
        Fact::TurnTaken {
            handoff,
            pool: Some("dach".to_owned()),
            member: sam(),
            eligible,
            instead_of: None,
            weights,
        },
        json!({ "id": handoff, "eligible": ["sam"], "weights": [1_500] }),
    );
    let passed_over = vec![sam()];
    check(
        Fact::OwnerWanted { handoff, round: 2, passed_over },
        json!({ "id": handoff, "round": 2, "passed_over": ["sam"] }),
    );
}

#[test]
fn found_a20_a_decision_is_told_with_its_trace_and_rules() {
    let signal = SignalId::from_bytes([1; 10]);
    check(
        Fact::DecisionMade {
            signal,
            person: Some(PersonId::from_bytes([3; 10])),
            action: Action::HandOff,
            kind: Some("marketing-to-sales".to_owned()),
            sla: Some("hot".to_owned()),
            reasons: vec![Reason::of_rule(Code::RowMatched, 4).with_figure(7)],
            autonomy: Autonomy::Notice,
            trace: vec![0b1001_0010],
            handoff: None,
            as_of: None,
        },
        json!({
            "kind": "decision-made", "handoff_kind": "marketing-to-sales", "sla": "hot",
            "reasons": ["row-matched"], "trace": "92",
            "because": [{ "code": "row-matched", "rule": 4, "figure": 7 }],
        }),
    );
}

#[test]
fn found_a20_a_delivery_is_told_with_its_step_and_its_mac() {
    let (delivery, handoff) = (DeliveryId::from_bytes([6; 10]), HandoffId::from_bytes([5; 10]));
    let queued = Fact::DeliveryQueued {
        delivery,
        handoff,
        step: 1,
        destination: "crm".to_owned(),
        undoes: None,
        body: None,
        undo: Some(Box::new(domain::fact::Undo {
            step: "tell".to_owned(),
            word: "withdrawn".to_owned(),
        })),
        mac: Some(domain::fact::BodyMac([9; 16])),
        notice: None,
        not_before: None,
    };
    check(
        queued,
        json!({
            "id": delivery, "handoff": handoff, "mac": "09".repeat(16),
            "undo": { "step": "tell", "word": "withdrawn" },
        }),
    );
}
