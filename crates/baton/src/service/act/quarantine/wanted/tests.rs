use super::*;

fn entries(count: u8) -> Vec<QuarantineId> {
    (0..count).map(|at| QuarantineId::from_bytes([at; 10])).collect()
}

fn wanted(verb: EntryVerb, value: Option<&str>, told: usize) -> EntriesWanted {
    let value = value.map(|value| ("email".to_owned(), value.to_owned()));
    EntriesWanted { verb, value, told }
}

#[track_caller]
fn code(wanted: &EntriesWanted, count: u8) -> &'static str {
    match wanted.checked(&entries(count)) {
        Ok(_) => "",
        Err(Setback::Refused { code, .. }) => code,
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn nothing_is_done_to_other_entries_than_were_shown() {
    for verb in EntryVerb::ALL {
        assert_eq!(code(&wanted(verb, Some("x"), 3), 3), "");
        assert_eq!(code(&wanted(verb, Some("x"), 3), 4), "entries-changed");
        assert_eq!(code(&wanted(verb, Some("x"), 3), 0), "entries-changed");
    }
}

#[test]
fn a_repair_has_a_value_and_nothing_else_has() {
    for blank in [None, Some(""), Some("  ")] {
        assert_eq!(code(&wanted(EntryVerb::Repair, blank, 1), 1), "body-unfit");
        assert_eq!(code(&wanted(EntryVerb::Discard, blank, 1), 1), "");
    }
    let long = "x".repeat(VALUE_BYTES_MAX + 1);
    assert_eq!(code(&wanted(EntryVerb::Repair, Some(&long), 1), 1), "body-unfit");
    let given = wanted(EntryVerb::Release, Some("x"), 1).checked(&entries(1));
    assert_eq!(given, Ok(EntriesChange::Release));
}
