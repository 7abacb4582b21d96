//! Fields beside the map of the standard library, over random insertions.

use std::collections::BTreeMap;

use super::ByName;
use crate::usual_fields::USUAL_FIELDS;

/// The same pairs in both, by a draw that is told.
fn pairs(seed: u64) -> Vec<(String, u64)> {
    let mut state = seed;
    let mut draw = move |below: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let many = draw(40);
    (0..many).map(|at| (format!("name-{}", draw(12)), at)).collect()
}

#[track_caller]
fn check(seed: u64, fields: &ByName<u64>, map: &BTreeMap<String, u64>) {
    let kept: Vec<(&str, u64)> =
        fields.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    let known: Vec<(&str, u64)> = map.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    assert_eq!(kept, known, "seed {seed}");
}

#[test]
fn fields_are_a_map_however_they_come() {
    for seed in 0..500 {
        let pairs = pairs(seed);
        let map: BTreeMap<String, u64> = pairs.iter().cloned().collect();
        let mut one_by_one = ByName::new();
        for (name, value) in &pairs {
            one_by_one.insert(name, *value);
        }
        check(seed, &one_by_one, &map);
        check(seed, &pairs.iter().cloned().collect(), &map);
        let (first, rest) = pairs.split_at(pairs.len() / 2);
        let mut in_two: ByName<u64> = first.iter().cloned().collect();
        in_two.extend(rest.iter().cloned());
        check(seed, &in_two, &map);
        for (name, _) in &pairs {
            assert_eq!(in_two.get(name), map.get(name), "seed {seed}");
        }
        assert_eq!(in_two.get("nobody"), None);
    }
}

#[test]
fn of_two_values_the_one_that_replaces_stays() {
    let mut fields = ByName::from([("a", 3_u64), ("b", 3)]);
    fields.take_in([("b", 1), ("c", 2), ("a", 5), ("b", 4), ("b", 2)], |old, new| new > old);
    assert_eq!(fields, ByName::from([("a", 5), ("b", 4), ("c", 2)]));
    assert_eq!(fields.remove("b"), Some(4));
    assert_eq!(fields.len(), 2);
}

#[test]
fn found_a21_a_usual_name_takes_a_byte_or_two() {
    for (number, name) in USUAL_FIELDS.into_iter().enumerate() {
        let bytes = minicbor::to_vec(ByName::from([(name, 1_u64)])).expect("bytes");
        assert_eq!(bytes.len(), if number < 24 { 3 } else { 4 }, "{name}");
        let read = minicbor::decode::<ByName<u64>>(&bytes).expect("fields");
        assert_eq!(read, ByName::from([(name, 1)]), "a name stands once");
    }
    let beyond = [0xa1, 0x18, USUAL_FIELDS.len() as u8, 1];
    assert!(minicbor::decode::<ByName<u64>>(&beyond).is_err());
}

#[test]
fn names_that_were_written_in_full_are_read() {
    let bytes = [b"\xa1\x64path".as_slice(), &[1]].concat();
    let read = minicbor::decode::<ByName<u64>>(&bytes).expect("fields");
    assert_eq!(read, ByName::from([("path", 1)]));
}

#[test]
fn the_bytes_are_deterministic() {
    for seed in 0..50 {
        let pairs = pairs(seed);
        let fields: ByName<u64> = pairs.iter().cloned().collect();
        let backwards: ByName<u64> =
            fields.clone().into_iter().collect::<Vec<_>>().into_iter().rev().collect();
        let bytes = minicbor::to_vec(&fields).expect("bytes");
        assert_eq!(bytes, minicbor::to_vec(&backwards).expect("bytes"), "seed {seed}");
        assert_eq!(minicbor::decode::<ByName<u64>>(&bytes).expect("fields"), fields);
    }
}

/// RFC 8949, 4.2.1: the keys of a map in the bytewise order of their encodings.
#[test]
fn found_a18_keys_are_in_the_order_of_their_encodings() {
    let long = "x".repeat(24);
    let longer = "a".repeat(256);
    let names = ["b", "aa", "z", "person.title", "form.step", "ä", "", &long, &longer, "zz", "by"];
    let fields: ByName<u64> = names.iter().map(|name| (*name, 1)).collect();
    let bytes = minicbor::to_vec(&fields).expect("bytes");
    let mut decoder = minicbor::Decoder::new(&bytes);
    let many = decoder.map().expect("a map").expect("its length is definite");
    let mut keys = Vec::new();
    for _ in 0..many {
        let begins = decoder.position();
        decoder.skip().expect("a name");
        keys.push(bytes[begins..decoder.position()].to_vec());
        decoder.u64().expect("a value");
    }
    assert_eq!(keys.len(), names.len());
    assert!(keys.is_sorted(), "{keys:?}");
    assert_eq!(minicbor::decode::<ByName<u64>>(&bytes).expect("fields"), fields);
}
