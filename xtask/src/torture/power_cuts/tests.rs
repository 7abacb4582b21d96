//! What strace writes is read as it was done, and a disk keeps what was synced and nothing else for
//! sure.

use super::disk::{Disk, Fate};
use super::trace::{Event, Reader, What};
use crate::serving::wire::Draw;
use crate::torture::folder::Image;

/// The files `a` and `b` below the folder `/d`; what lies elsewhere or in memory does not count.
const LOG: &str = r#"7 1795976678.000001 openat(AT_FDCWD<\x2f>, "\x2f\x64\x2f\x61", O_RDWR|O_CREAT|O_CLOEXEC, 0600) = 3<\x2f\x64\x2f\x61>
7 1795976678.000002 pwrite64(3<\x2f\x64\x2f\x61>, "\x68\x65\x6c\x6c\x6f\x00\xff", 7, 3) = 7
8 1795976678.000003 fdatasync(3<\x2f\x64\x2f\x61> <unfinished ...>
7 1795976678.000004 writev(3<\x2f\x64\x2f\x61>, [{iov_base="\x61\x62", iov_len=2}, {iov_base="\x63\x64", iov_len=2}], 2) = 3
8 1795976678.000005 <... fdatasync resumed>) = 0
7 1795976678.000006 fsync(4<\x2f\x64>) = 0
7 1795976678.000007 fsync(3<\x2f\x64\x2f\x61>) = -1 EIO (Input/output error) (INJECTED)
7 1795976678.000008 fdatasync(3<\x2f\x64\x2f\x61>) = 0 (INJECTED)
7 1795976678.000009 ftruncate(3<\x2f\x64\x2f\x61>, 5) = 0
7 1795976678.000010 pwrite64(5<\x2f\x65\x2f\x61>, "\x68", 1, 0) = 1
7 1795976678.000011 pwrite64(6<\x2f\x64\x2f\x61\x2d\x73\x68\x6d>, "\x68", 1, 0) = 1
7 1795976678.000012 rename("\x2f\x64\x2f\x61", "\x2f\x64\x2f\x62") = 0
7 1795976678.000013 unlink("\x2f\x64\x2f\x62") = 0
7 1795976678.000014 unlink("\x2f\x64\x2f\x63") = -1 ENOENT (No such file or directory)
7 1795976678.000015 +++ exited with 0 +++
"#;

fn read(log: &str) -> Vec<Event> {
    let mut reader = Reader::new("/d");
    log.lines().flat_map(|line| reader.read(line).expect("strace writes so")).collect()
}

#[test]
fn a_log_is_read_as_it_was_done() {
    let events = read(LOG);
    let told: Vec<String> =
        events.iter().map(|one| format!("{} {} {:?}", one.at % 100, one.path, one.what)).collect();
    assert_eq!(
        told,
        [
            "1 a Made",
            "2 a Written { at: 3, bytes: [104, 101, 108, 108, 111, 0, 255] }",
            "3 a SyncBegan(8)",
            "4 a Written { at: 0, bytes: [97, 98, 99] }",
            "3 a SyncEnded(8)",
            "6  SyncBegan(7)",
            "6  SyncEnded(7)",
            "7 a SyncBegan(7)",
            "8 a SyncBegan(7)",
            "9 a Cut(5)",
            "12 a Renamed { to: \"b\" }",
            "13 b Removed",
        ]
    );
}

#[test]
fn a_string_that_was_cut_off_is_refused() {
    let line = r#"7 1795976678.000002 pwrite64(3<\x2f\x64\x2f\x61>, "\x68"..., 7, 3) = 7"#;
    assert!(Reader::new("/d").read(line).is_err());
}

#[test]
fn a_call_that_nobody_understands_is_refused() {
    let line = r"7 1795976678.000002 copy_file_range(3<\x2f\x64\x2f\x61>, 0, 4, 0, 5, 0) = 5";
    assert!(Reader::new("/d").read(line).is_err());
}

fn event(path: &str, what: What) -> Event {
    Event { at: 0, path: path.to_owned(), what }
}

fn written(at: u64, byte: u8, length: usize) -> What {
    What::Written { at, bytes: vec![byte; length] }
}

/// A file with 1,024 synced bytes and 2,048 more that were written over its second half and beyond
/// while the sync ran.
fn disk() -> Disk {
    let mut disk = Disk::holding(Image::from([("old".to_owned(), b"kept".to_vec())]));
    for what in [
        What::Made,
        written(0, 1, 1_024),
        What::SyncBegan(1),
        written(512, 2, 2_048),
        What::SyncEnded(1),
    ] {
        disk.take(&event("new", what)).expect("each call is possible");
    }
    disk
}

#[test]
fn what_was_written_while_a_sync_ran_is_not_synced() {
    let mut disk = disk();
    disk.take(&event("", What::SyncBegan(1))).expect("a folder can be synced");
    disk.take(&event("", What::SyncEnded(1))).expect("a folder can be synced");
    let image = disk.after_power_cut(Fate::Lost, &mut Draw::new(1));
    assert_eq!(image["new"], vec![1; 1_024]);
    assert_eq!(image["old"], b"kept");
    let kept = disk.after_power_cut(Fate::Kept, &mut Draw::new(1));
    assert_eq!(kept["new"], [vec![1; 512], vec![2; 2_048]].concat());
}

#[test]
fn a_name_is_there_once_its_folder_was_synced() {
    let mut disk = disk();
    assert!(!disk.after_power_cut(Fate::Lost, &mut Draw::new(1)).contains_key("new"));
    assert!(disk.after_power_cut(Fate::Kept, &mut Draw::new(1)).contains_key("new"));
    disk.take(&event("new", What::Renamed { to: "old".to_owned() })).expect("it can be renamed");
    let lost = disk.after_power_cut(Fate::Lost, &mut Draw::new(1));
    assert_eq!(lost["old"], b"kept");
    for what in [What::SyncBegan(2), What::SyncEnded(2)] {
        disk.take(&event("", what)).expect("a folder can be synced");
    }
    let lost = disk.after_power_cut(Fate::Lost, &mut Draw::new(1));
    assert_eq!(lost["old"], vec![1; 1_024]);
}

#[test]
fn torn_writes_differ_by_sectors_and_by_seed() {
    let mut disk = disk();
    for what in [What::SyncBegan(2), What::SyncEnded(2)] {
        disk.take(&event("", what)).expect("a folder can be synced");
    }
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..40 {
        let image = disk.after_power_cut(Fate::Shredded, &mut Draw::new(seed));
        let again = disk.after_power_cut(Fate::Shredded, &mut Draw::new(seed));
        assert_eq!(image, again, "seed {seed}");
        for sector in image["new"].chunks(512) {
            assert!(sector.iter().all(|byte| *byte == sector[0]), "a sector is whole, seed {seed}");
        }
        seen.insert(image["new"].clone());
    }
    assert!(seen.len() > 5, "{} states of 40", seen.len());
}
