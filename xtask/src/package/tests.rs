//! What the package says, and what tells a program that needs libraries of the machine.

use std::{env, fs};

use super::{debian, elf};

#[test]
fn a_program_that_takes_libraries_of_the_machine_is_told_by_its_loader() {
    // This very program takes them.
    let ourselves = fs::read(env::current_exe().expect("a program")).expect("its bytes");
    let loader = elf::interpreter(&ourselves).expect("a header");
    assert!(loader.is_some_and(|loader| loader.starts_with('/')), "the loader is told");
    // Without that segment it would not: 3 is the kind of a segment that names the loader.
    let mut without = ourselves.clone();
    let at = u64::from_le_bytes(without[32..40].try_into().expect("8 bytes")) as usize;
    for segment in 0..usize::from(u16::from_le_bytes([without[56], without[57]])) {
        let kind = at + segment * 56;
        if without[kind..kind + 4] == 3_u32.to_le_bytes() {
            without[kind] = 4;
        }
    }
    assert_eq!(elf::interpreter(&without).expect("a header"), None);
    assert!(elf::interpreter(b"#!/bin/sh\n").is_err(), "no program");
    assert!(elf::interpreter(&ourselves[..40]).is_err(), "cut off");
}

#[test]
fn the_package_says_what_a_package_must_say() {
    let control = debian::control("1.2.3", "amd64", 20_000);
    for field in
        ["Package", "Version", "Architecture", "Maintainer", "Description", "Installed-Size"]
    {
        assert!(control.lines().any(|line| line.starts_with(&format!("{field}: "))), "{field}");
    }
    assert!(control.ends_with('\n') && !control.contains("\n\n"), "one paragraph");
    let long = control.lines().skip_while(|line| !line.starts_with("Description")).skip(1);
    assert!(long.into_iter().all(|line| line.starts_with(' ')), "the long description is indented");
}
