//! A sync fails while somebody is erased, at each of the calls that the erasure makes: whoever asked is
//! answered or the process ends, and the erasure can be brought to its end afterwards.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::house::{House, Reply, try_call, wait_for};
use crate::kill::{Process, free_address};
use crate::program::program;

const CALLS: [&str; 2] = ["fsync", "fdatasync"];
const WHOM: &[u8] = br#"{"identifier":"ada@ada-works.example"}"#;

/// A folder in which somebody has a handoff.
fn lived_in() -> tempfile::TempDir {
    let house = House::open();
    house.handoff("ada");
    house.handoff("ben");
    house.close()
}

fn copied(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    let made = Command::new("cp").arg("-a").arg(folder.join("data")).arg(copy.path()).status();
    assert!(made.unwrap().success());
    copy
}

/// The program under strace, which writes its syncs down and may let one of them fail.
fn traced(data: &Path, address: SocketAddr, log: &Path, inject: Option<(&str, usize)>) -> Process {
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-e", "trace=fsync,fdatasync", "-o"]).arg(log);
    if let Some((call, at)) = inject {
        strace.arg("-e").arg(format!("inject={call}:error=EIO:when={at}"));
    }
    strace.arg(program()).args(["serve", "--listen", &address.to_string()]);
    strace.arg("--data").arg(data).stdout(Stdio::null()).stderr(Stdio::null());
    let mut process = Process(strace.spawn().unwrap());
    wait_for("the server", || {
        let ended = process.0.try_wait().unwrap().is_some();
        let ready = try_call(address, "GET", "/readyz", &[], b"");
        (ended || ready.is_ok_and(|reply| reply.status == 200)).then_some(())
    });
    process
}

/// How often the busiest thread made each call so far.
fn calls(log: &Path) -> BTreeMap<&'static str, usize> {
    let text = fs::read_to_string(log).unwrap();
    let of = |call: &'static str| {
        let mut threads: BTreeMap<&str, usize> = BTreeMap::new();
        for line in text.lines().filter(|line| line.contains(&format!(" {call}("))) {
            *threads.entry(line.split(' ').next().unwrap()).or_default() += 1;
        }
        (call, threads.into_values().max().unwrap_or(0))
    };
    CALLS.into_iter().map(of).collect()
}

fn erase(address: SocketAddr) -> std::io::Result<Reply> {
    let headers = [("Authorization", "Bearer key-revops"), ("Content-Type", "application/json")];
    try_call(address, "POST", "/v1/erasures", &headers, WHOM)
}

/// Tells the traced program to end, and waits until it has.
fn end(process: &mut Process) {
    let pid = process.0.id();
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
    for child in children.unwrap_or_default().split_whitespace() {
        Command::new("kill").args(["-TERM", child]).status().unwrap();
    }
    wait_for("the end of the server", || process.0.try_wait().unwrap());
}

/// What an undisturbed erasure does: the calls before it and after it.
fn calibrated(folder: &Path) -> Option<[BTreeMap<&'static str, usize>; 2]> {
    let mut probe = Command::new("strace");
    probe.args(["-o", "/dev/null", "true"]).stderr(Stdio::null());
    if !probe.status().is_ok_and(|status| status.success()) {
        return None;
    }
    let copy = copied(folder);
    let (address, log) = (free_address(), copy.path().join("strace.log"));
    let mut process = traced(&copy.path().join("data"), address, &log, None);
    let before = calls(&log);
    assert_eq!(erase(address).unwrap().status, 200);
    let after = calls(&log);
    end(&mut process);
    Some([before, after])
}

fn check(folder: &Path, call: &str, at: usize) {
    let copy = copied(folder);
    let (data, log) = (copy.path().join("data"), copy.path().join("strace.log"));
    let address = free_address();
    let mut process = traced(&data, address, &log, Some((call, at)));
    let place = format!("{call} {at}");
    let reply = erase(address);
    if reply.as_ref().is_ok_and(|reply| reply.status == 200) {
        end(&mut process);
    } else {
        // Nobody knows what is durable: it is said, and nothing goes on on that ground.
        assert!(reply.as_ref().map_or(true, |reply| reply.status >= 500), "{place}: {reply:?}");
        let ended = wait_for(&place, || process.0.try_wait().unwrap());
        assert!(!ended.success(), "{place}: {ended}");
    }
    let injected = fs::read_to_string(&log).unwrap().contains("INJECTED");
    assert!(injected, "{place} was never met");

    let again = free_address();
    let mut process = Process::start(&data, again);
    let status = erase(again).unwrap().status;
    assert!(status == 200 || status == 404, "{place}: erased again: {status}");
    process.signal("-TERM");
    assert_eq!(process.0.wait().unwrap().code(), Some(0), "{place}");
    let mut doctor = Command::new(program());
    let told = doctor.arg("doctor").arg("--data").arg(&data).output().unwrap();
    assert!(told.status.success(), "{place}: {told:?}");
}

#[test]
fn a_sync_that_fails_in_an_erasure_leaves_nobody_waiting() {
    let folder = lived_in();
    let Some([before, after]) = calibrated(folder.path()) else {
        crate::skipped_test::skipped("strace is not installed, or may not trace here");
        return;
    };
    let mut tried = 0;
    for call in CALLS {
        for at in before[call] + 1..=after[call] {
            check(folder.path(), call, at);
            tried += 1;
        }
    }
    assert!(tried > 3, "an erasure syncs: {before:?} {after:?}");
}
