use domain::HandoffId;
use domain::fact::{Aggregate, Fact, Header, SCHEMA};
use domain::handoff::Actor;
use domain::reason::Code;
use proptest::prelude::*;
use rules::chance::Chance;

use super::*;
use crate::state::{Scratch, State, apply};

fn member(name: &str) -> MemberId {
    MemberId(name.into())
}

fn header(at: i64) -> Header {
    Header {
        schema: SCHEMA,
        aggregate: Aggregate::Desk,
        moment: Moment::from_seconds(at),
        actor: Actor::Engine,
        correlation: None,
        strategy: None,
        engine: None,
    }
}

fn take(state: &mut State, header: &Header, fact: &Fact) {
    let mut scratch = Scratch::over(state);
    apply(&mut scratch, header, fact);
    let after = scratch.end();
    state.adopt(after);
}

fn standing(state: &State, member: &MemberId) -> Standing {
    let ledger = state.desk().ledger("p");
    ledger.map(|ledger| ledger.standing(member)).unwrap_or_default()
}

/// Plays `leads` leads to those given and says who got how many, and the largest drift on the way
/// in leads.
fn play(method: Pick, weights: &[(&str, u32)], leads: usize) -> (Vec<usize>, f64) {
    let members: Vec<MemberId> = weights.iter().map(|(name, _)| member(name)).collect();
    let mut state = State::default();
    let mut received = vec![0; members.len()];
    let mut drift: f64 = 0.0;
    let counted = |at: usize| if method == Pick::Weighted { f64::from(weights[at].1) } else { 1.0 };
    let sum: f64 = (0..members.len()).map(counted).sum();
    for lead in 0..leads {
        let chosen = turn(&mut state, method, weights, &members, lead);
        received[chosen] += 1;
        for (at, got) in received.iter().enumerate() {
            let entitled = counted(at) / sum * (lead + 1) as f64;
            drift = drift.max((entitled - f64::from(*got as u32)).abs());
        }
    }
    (received, drift)
}

fn turn(
    state: &mut State,
    method: Pick,
    weights: &[(&str, u32)],
    members: &[MemberId],
    lead: usize,
) -> usize {
    let handoff = HandoffId::caused_by(&[&lead.to_be_bytes()]);
    let asked: Vec<EligibleMember<'_>> = members
        .iter()
        .zip(weights)
        .map(|(member, (_, weight))| EligibleMember {
            member,
            weight: *weight,
            open: state.desk().load(member).map_or(0, Load::open),
            standing: standing(state, member),
        })
        .collect();
    let found = pick(method, &asked, &Chance::new(2026), handoff).expect("somebody");
    let fact = Fact::TurnTaken {
        handoff,
        pool: Some("p".into()),
        member: members[found.chosen].clone(),
        eligible: members.to_vec(),
        weights: pick::weights(method, &asked),
        instead_of: None,
    };
    take(state, &header(lead as i64), &fact);
    found.chosen
}

#[test]
fn weights_are_served_as_the_vectors_say() {
    for (weights, leads, expected) in [
        (vec![("a", 200_000), ("b", 100_000), ("c", 100_000)], 60, vec![30, 15, 15]),
        (vec![("a", 100), ("b", 100), ("c", 50)], 100, vec![40, 40, 20]),
        (vec![("a", 50_000), ("b", 50_000), ("c", 25_000)], 125, vec![50, 50, 25]),
        (vec![("a", 1_000), ("b", 1_000), ("c", 500)], 5, vec![2, 2, 1]),
    ] {
        assert_eq!(play(Pick::Weighted, &weights, leads).0, expected, "{weights:?}");
    }
}

#[test]
fn half_a_weight_is_served_every_other_cycle() {
    let weights = [("a", 1_000), ("b", 1_000), ("c", 500)];
    let members: Vec<_> = weights.iter().map(|(name, _)| member(name)).collect();
    let mut state = State::default();
    let order: Vec<usize> =
        (0..20).map(|lead| turn(&mut state, Pick::Weighted, &weights, &members, lead)).collect();
    for five in order.chunks(5) {
        assert_eq!(five.iter().filter(|chosen| **chosen == 2).count(), 1, "{order:?}");
    }
}

#[test]
fn in_turn_everybody_is_alike() {
    assert_eq!(play(Pick::InTurn, &[("a", 9), ("b", 1), ("c", 5)], 30).0, vec![10, 10, 10]);
}

#[test]
fn who_has_least_open_is_next() {
    let (received, _) = play(Pick::LeastOpen, &[("a", 1), ("b", 1)], 10);
    assert_eq!(received, vec![5, 5]);
}

#[test]
fn joe_returns_level_and_spike_is_next() {
    let (mary, joe, spike) = (member("mary"), member("joe"), member("spike"));
    let mut state = State::default();
    // Mary is at 10 and Spike at 8 where 9 each were due.
    for (who, hundredths) in [(&mary, -100), (&spike, 100)] {
        let fact = Fact::CreditGiven {
            pool: "p".into(),
            member: who.clone(),
            leads: hundredths,
            code: Code::ManagerAsked,
            by: Some(domain::fact::By::Operator),
        };
        take(&mut state, &header(0), &fact);
    }
    let asked = [&mary, &joe, &spike].map(|member| {
        let standing = standing(&state, member);
        EligibleMember { member, weight: 1_000, open: 0, standing }
    });
    let found = pick(Pick::InTurn, &asked, &Chance::new(1), HandoffId::caused_by(&[b"x"]));
    assert_eq!(found.map(|found| found.chosen), Some(2));
}

#[test]
fn a_ledger_is_written_as_a_map_in_the_order_of_its_members() {
    let mut ledger = Ledger::default();
    for (at, name) in ["zoe", "al", "m.long-name", "bo"].into_iter().enumerate() {
        ledger.credit(&member(name), at as i32 * 100 - 100);
    }
    let map: std::collections::BTreeMap<MemberId, Standing> =
        ledger.standings().map(|(member, standing)| (member.clone(), standing)).collect();
    let mut expected = vec![0x81];
    expected.extend(minicbor::to_vec(&map).expect("bytes"));
    let bytes = minicbor::to_vec(&ledger).expect("bytes");
    assert_eq!(bytes, expected);
    assert_eq!(minicbor::decode::<Ledger>(&bytes).expect("a ledger"), ledger);
}

#[test]
fn shares_add_up_to_one_lead() {
    for weights in [vec![1, 1, 1], vec![0, 0], vec![7, 0, 3, 11], vec![1]] {
        assert_eq!(shares(&weights).sum::<i64>(), LEAD, "{weights:?}");
    }
}

#[test]
fn the_lowest_pointer_rule_would_break_the_bound() {
    // The proof that the property below can fail: steps of 1/weight from the lowest pointer.
    let weights: Vec<f64> = std::iter::once(50.0).chain([1.0; 20]).collect();
    let sum: f64 = weights.iter().sum();
    let mut pointer = vec![0.0; weights.len()];
    let mut received = vec![0.0; weights.len()];
    let mut drift: f64 = 0.0;
    for lead in 1..=700 {
        let chosen = (0..weights.len())
            .min_by(|a, b| f64::total_cmp(&pointer[*a], &pointer[*b]))
            .expect("somebody");
        pointer[chosen] += 1.0 / weights[chosen];
        received[chosen] += 1.0;
        for at in 0..weights.len() {
            drift = drift.max((weights[at] / sum * f64::from(lead) - received[at]).abs());
        }
    }
    assert!(drift > 5.0, "{drift}");
}

proptest! {
    #[test]
    fn nobody_is_ever_a_whole_lead_away(
        weights in proptest::collection::vec(1u32..=1_000, 2..24),
        leads in 1usize..400,
        weighted: bool,
    ) {
        let named: Vec<(String, u32)> =
            weights.iter().enumerate().map(|(at, weight)| (format!("m{at:02}"), *weight)).collect();
        let named: Vec<(&str, u32)> = named.iter().map(|(name, weight)| (name.as_str(), *weight)).collect();
        let method = if weighted { Pick::Weighted } else { Pick::InTurn };
        let (_, drift) = play(method, &named, leads);
        let bound = 1.0 - 1.0 / (2.0 * weights.len() as f64 - 2.0);
        prop_assert!(drift <= bound + 1e-6, "drift {drift} over {bound}");
    }
}
