//! Views of a played world: each of one moment, and each told from the facts.

use std::collections::BTreeSet;

use crank::{StrategyCache, handoff_history, handoff_known};
use domain::Span;
use domain::fact::Fact;
use domain::handoff::Owner;
use engine::as_of::{AsOf, HandoffAsOf, HandoffHistory, Recorded};
use engine::explain::{NotesShown, text, why};
use engine::names::Strategies;
use engine::stages::brief::{self, Brief, Plan};
use engine::view::Reader;
use rehearsal::world::Scale;
use store::{HandoffRow, Read};

use crate::played::{played, rows};

const SEED: u64 = 5;
/// Parts in a thousand of the demo.
const SCALE: Scale = Scale(60);

fn written<'a>(known: HandoffAsOf<'a>, strategies: &'a Strategies) -> Brief<'a> {
    brief::write_with(known, strategies, Plan::default())
}

/// The person's nodes are in the account that is shown, the one that began the handoff among them.
fn has_its_person(known: HandoffAsOf<'_>) -> bool {
    known.account().members.get(&known.handoff().node) == Some(&known.person())
}

/// What the brief had that was written when the present owner got the handoff: claims, and things that
/// were not known.
fn written_with_the_last_owner(history: &HandoffHistory) -> Option<(u16, u16)> {
    let newest_first = || history.facts().iter().rev();
    let assigned = |known: &&Recorded| matches!(known.fact, Fact::OwnerAssigned { .. });
    let turn = newest_first().find(assigned)?.position;
    newest_first().filter(|known| known.position == turn).find_map(|known| {
        let Fact::BriefWritten { claims, unknown, .. } = known.fact else { return None };
        Some((claims, unknown))
    })
}

#[test]
fn found_a12_no_view_of_a_played_world_mixes_two_moments() {
    let crank = played(SEED, SCALE);
    let store = crank.store();
    let end = store.journal(store::Position::START, usize::MAX, None).expect("memory");
    let end = end.last().expect("it was played").entry.header.moment;
    let (mut merged, mut compared, mut strategies) = (0, 0, StrategyCache::default());
    let rows = rows(store);
    for row in &rows {
        let id = row.handoff;
        let history = handoff_history(store, id, AsOf::Latest).expect("memory").expect("there");
        let versions = history.strategies().into_iter();
        let versions: Strategies = versions
            .filter_map(|version| strategies.version(store, version).expect("it compiles"))
            .collect();
        let latest = history.latest();
        let (opened, assigned) = (latest.handoff().opened, latest.handoff().assigned);
        let moments = BTreeSet::from([opened, assigned.unwrap_or(opened), opened + Span::DAY, end]);
        for moment in moments {
            let known = handoff_known(store, id, AsOf::Moment(moment)).expect("memory");
            let known = known.expect("it was there");
            let known = known.get();
            assert!(has_its_person(known), "{id} as of {moment} has lost its person, seed {SEED}");
            let brief = written(known, &versions);
            assert_eq!(brief.as_of, moment);
            let later = brief.claims.iter().flat_map(|claim| &claim.evidence);
            assert!(later.clone().all(|known| known.touch.moment <= moment), "{id} as of {moment}");
        }
        let then = handoff_known(store, id, AsOf::Assignment).expect("memory").expect("there");
        let then = then.get();
        merged += usize::from(then.person() != latest.person());
        let erased = then.account().node(then.handoff().node).expect("a member").erased;
        if let Some(counts) = written_with_the_last_owner(&history).filter(|_| !erased) {
            // The playbook adds to what is not known; what is known is the same.
            let brief = written(then, &versions);
            assert_eq!(brief.claims.len() as u16, counts.0, "{id}, seed {SEED}");
            compared += 1;
        }
        check_why(&history, &versions, row);
    }
    assert!(rows.len() > 100 && compared > rows.len() / 2, "{compared} of {}", rows.len());
    assert!(merged > 0, "nobody was merged later, so this proves nothing");
}

/// Owner and state are those of the exported rows, and no line is of a later moment or of another
/// owner.
fn check_why(history: &HandoffHistory, versions: &Strategies, row: &HandoffRow) {
    let why = why(history, versions, &Reader::without_personal(""), NotesShown::LeftOut);
    assert_eq!((why.owner, why.state), (&row.owner, row.state), "{}", row.handoff);
    assert!(why.history.iter().all(|told| told.moment <= why.as_of));
    assert!(why.history.is_sorted_by_key(|told| told.moment));
    let told = text(&why);
    assert!(told.lines().all(|line| line.chars().count() <= 100), "{told}");
    let chosen = why.found.pool.as_ref().is_some_and(|pool| pool.code.is_some());
    assert!(!chosen || matches!(why.owner, Owner::Person(_)), "{told}");
    let by_hand = why.found.assigned_by.is_some();
    assert!(!(by_hand && (why.found.because.is_some() || chosen)), "{told}");
}
