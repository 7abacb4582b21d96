//! Names that are like each other are told apart, and every bit of a name counts for every bit of its
//! fingerprint.

use std::collections::BTreeSet;

use super::{BLOCK, fingerprint};

/// Names that differ in a few digits, as those of a history do.
const MANY: usize = 200_000;

#[test]
fn names_that_are_alike_are_told_apart_by_any_half() {
    let (mut whole, mut left, mut right) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for number in 0..MANY {
        let name = fingerprint(&[b"email", format!("person{number}@example.com").as_bytes()]);
        let (halves, _) = name.as_chunks::<8>();
        whole.insert(name);
        left.insert(halves[0]);
        right.insert(halves[1]);
    }
    assert_eq!((whole.len(), left.len(), right.len()), (MANY, MANY, MANY));
}

#[test]
fn parts_that_are_divided_or_filled_up_in_another_way_are_others() {
    let parts: [&[&[u8]]; 9] = [
        &[],
        &[b""],
        &[b"", b""],
        &[b"ab"],
        &[b"a", b"b"],
        &[b"ab\0"],
        &[b"ab", b""],
        &[&[0; BLOCK]],
        &[&[0; 2 * BLOCK]],
    ];
    let names: BTreeSet<_> = parts.iter().map(|parts| fingerprint(parts)).collect();
    assert_eq!(names.len(), parts.len());
}

#[test]
fn each_bit_of_a_name_changes_about_half_of_the_bits_of_its_fingerprint() {
    for length in [1, 7, BLOCK, 37, 64] {
        let name: Vec<u8> = (0..length).map(|at| (at * 37 + 11) as u8).collect();
        let before = fingerprint(&[b"web", &name]);
        let mut changed = [0_u32; 128];
        let bits = 8 * length;
        for bit in 0..bits {
            let mut other = name.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            let after = fingerprint(&[b"web", &other]);
            let mut here = 0;
            for (at, count) in changed.iter_mut().enumerate() {
                let is_other = (before[at / 8] ^ after[at / 8]) >> (at % 8) & 1;
                *count += u32::from(is_other);
                here += u32::from(is_other);
            }
            assert!((30..=98).contains(&here), "bit {bit} of {length} bytes changes {here} of 128");
        }
        let whole = 128 * bits as u32;
        let share = changed.iter().sum::<u32>() * 100 / whole;
        assert!((45..=55).contains(&share), "{length} bytes: {share} of a hundred");
        if bits >= 128 {
            assert!(changed.iter().all(|count| *count * 4 > bits as u32), "{length}: {changed:?}");
        }
    }
}
