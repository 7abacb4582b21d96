//! In which order entries are let in.

use domain::fact::{Aggregate, Entry, Fact, Header, Raw, SCHEMA};
use domain::handoff::Actor;
use domain::reason::Code;
use domain::signal::SourceName;
use domain::{Moment, QuarantineId};
use store::memory::MemoryStore;
use store::{QuarantineRequest, Store};

use super::in_first_order;

fn raw() -> Raw {
    Raw {
        bytes: b"a row".to_vec(),
        file: None,
        detail: String::new(),
        format: "csv".to_owned(),
        origin: "a file".to_owned(),
        source_id: None,
        cut: false,
        repairs: Vec::new(),
    }
}

fn keep(store: &mut MemoryStore, number: u8) -> QuarantineId {
    let entry = QuarantineId::caused_by(&[&[number]]);
    let kept = store.quarantine(&QuarantineRequest {
        entry,
        source: &SourceName::new("crm").expect("a name"),
        cause: Code::DecimalComma,
        field: None,
        // Lines fall, as where one file follows another.
        line: Some(u64::from(100 - number)),
        import: None,
        signal: None,
        raw: &raw(),
        item: &[number],
        found: &[],
        moment: Moment::EPOCH,
        actor: Actor::Source,
    });
    kept.expect("memory");
    entry
}

#[test]
fn what_was_held_first_is_let_in_first_whatever_was_repaired_since() {
    let mut store = MemoryStore::default();
    store.begin().expect("a group");
    let came: Vec<QuarantineId> = (0..9).map(|number| keep(&mut store, number)).collect();
    let header = Header {
        schema: SCHEMA,
        aggregate: Aggregate::Quarantine,
        moment: Moment::EPOCH,
        actor: Actor::Person,
        correlation: None,
        strategy: None,
        engine: None,
    };
    let repaired = Fact::QuarantineRepaired {
        entry: came[0],
        cause: None,
        field: None,
        raw: Some(Box::new(raw())),
    };
    store.append(&Entry { header, facts: vec![repaired] }).expect("memory");
    store.commit().expect("memory");
    let newest_first: Vec<QuarantineId> = came.iter().rev().copied().collect();
    assert_eq!(in_first_order(&store, &newest_first).expect("memory"), came);
    assert_eq!(in_first_order(&store, &came[3..4]).expect("memory"), came[3..4]);
}
