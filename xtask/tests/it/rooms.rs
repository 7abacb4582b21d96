//! The rooms as they stand: few files, and the table that tells of them. Whether they compile is
//! `cargo xtask rooms`.

use xtask::rooms::{FILES_MAX, Room};
use xtask::shell;

fn rooms() -> Vec<Room> {
    Room::read_all(&shell::root()).expect("the rooms can be read")
}

#[test]
fn every_thing_to_come_has_room_and_a_row_in_the_map() {
    let map = std::fs::read_to_string(shell::root().join("docs/ARCHITECTURE.md"));
    let map = map.expect("the map can be read");
    for room in rooms() {
        let files = room.files_besides();
        assert!(files.len() <= FILES_MAX, "{}: {files:?}", room.name);
        assert!(
            map.contains(&room.row()),
            "{}: docs/ARCHITECTURE.md lacks\n{}",
            room.name,
            room.row()
        );
    }
}

#[test]
fn every_room_finds_its_places_in_the_house_as_it_stands() {
    for room in rooms() {
        let applied = room.apply(|file| std::fs::read_to_string(shell::root().join(file)).ok());
        assert!(applied.is_ok(), "{}: {:?}", room.name, applied.err());
    }
}

#[test]
fn a_text_that_is_not_there_once_is_refused() {
    for room in rooms() {
        let nothing = room.apply(|_| Some(String::new()));
        assert!(nothing.is_err(), "{} finds its places in empty files", room.name);
        let missing = room.apply(|_| None);
        assert!(missing.is_err(), "{} edits files that are not there", room.name);
    }
}
