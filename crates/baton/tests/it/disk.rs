//! Disks that fail: one that is full heals without a restart, one that cannot sync ends the program
//! before anything more is acknowledged.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use baton::runtime::clock;
use connectors::standard_webhooks::{Secret, sign};
use serde_json::Value;
use tempfile::TempDir;

use crate::house::{Reply, STRATEGY, quote, try_call, view, wait_for};
use crate::program::program;

const SECRET: &str = "whsec_aG9va3MtYXJlLWJlbGlldmVkLWJ5LXNpZ25hdHVyZQ==";
/// Webhooks that come at once while the disk is full.
const BURST: usize = 10_000;
/// Who sends them.
const SENDERS: usize = 16;
/// The call of a thread that syncs from which on all of them fail.
const FAILS_FROM: usize = 60;

/// A small file system. It is mounted where only a process of ours sees it, which needs
/// no right but that to name spaces of one's own.
struct SmallDisk {
    folder: TempDir,
    holder: Child,
    #[expect(dead_code, reason = "the holder lives until this is closed")]
    until: ChildStdin,
}

impl SmallDisk {
    /// Mounts one; none where the machine does not let us.
    fn mount(mebibytes: u32) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mount = format!("mount -t tmpfs -o size={mebibytes}m,mode=700 none \"$0\"");
        let mut holder = Command::new("unshare")
            .args(["--user", "--map-root-user", "--mount", "sh", "-c"])
            .arg(format!("{mount} && echo mounted && exec cat >/dev/null"))
            .arg(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut said = String::new();
        BufReader::new(holder.stdout.take()?).read_line(&mut said).ok()?;
        if said != "mounted\n" {
            let _ = holder.wait();
            return None;
        }
        let until = holder.stdin.take()?;
        Some(Self { folder, holder, until })
    }

    /// A path on it, as seen from outside.
    fn outside(&self, name: &str) -> PathBuf {
        let root = format!("/proc/{}/root", self.holder.id());
        let inside = self.folder.path().strip_prefix("/").unwrap();
        Path::new(&root).join(inside).join(name)
    }

    /// The program, where it sees the disk.
    fn baton(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("nsenter");
        command
            .args(["--target", &self.holder.id().to_string()])
            .args(["--user", "--mount", "--preserve-credentials"])
            .arg(program())
            .args(arguments)
            .arg("--data")
            .arg(self.folder.path().join("data"))
            .arg("--config")
            .arg(self.folder.path().join("baton.toml"))
            .env("HOOKS", SECRET)
            .stdin(Stdio::null());
        command
    }

    /// Takes all the room that is left.
    fn fill(&self) {
        let mut filler = File::create(self.outside("filler")).unwrap();
        while filler.write_all(&[0; 4096]).is_ok() {}
    }

    /// Takes the room that was given back since.
    fn fill_again(&self) {
        let mut filler = fs::OpenOptions::new().append(true).open(self.outside("filler")).unwrap();
        while filler.write_all(&[0; 4096]).is_ok() {}
    }

    fn empty(&self) {
        fs::remove_file(self.outside("filler")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}

/// A server as a process.
struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    fn start(mut command: Command) -> Self {
        let address = free_address();
        command.args(["--listen", &address.to_string()]);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let mut server = Self { child, address };
        wait_for("the server", || {
            assert!(server.child.try_wait().unwrap().is_none(), "it ended");
            let ready = try_call(address, "GET", "/readyz", &[], b"");
            ready.ok().filter(|reply| reply.status == 200)
        });
        server
    }

    fn get(&self, path: &str, key: &str) -> Reply {
        self.call("GET", path, &[("Authorization", &format!("Bearer {key}"))], b"")
    }

    fn call(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        try_call(self.address, method, path, headers, body).unwrap()
    }

    fn event(&self, query: &str, event: &Value, key: &str) -> std::io::Result<Reply> {
        let bearer = format!("Bearer {key}");
        let headers =
            [("Authorization", bearer.as_str()), ("Content-Type", "application/cloudevents+json")];
        let path = format!("/v1/signals{query}");
        try_call(self.address, "POST", &path, &headers, event.to_string().as_bytes())
    }

    fn hook(&self, number: usize) -> Reply {
        let id = format!("m-{number}");
        let body = format!(
            "{{\"type\":\"page.viewed\",\"timestamp\":\"2026-11-20T13:38:02Z\",\
             \"data\":{{\"email\":\"who{number}@many.example\"}}}}"
        );
        let moment = clock::now();
        let signature = sign(&Secret::parse(SECRET).unwrap(), &id, moment, body.as_bytes());
        let timestamp = moment.seconds().to_string();
        let headers = [
            ("Content-Type", "application/json"),
            ("webhook-id", id.as_str()),
            ("webhook-timestamp", timestamp.as_str()),
            ("webhook-signature", signature.as_str()),
        ];
        self.call("POST", "/v1/hooks/billing", &headers, body.as_bytes())
    }

    /// Sends all hooks at once; gives those that were acknowledged and how many were refused.
    fn burst(&self) -> (BTreeSet<usize>, usize) {
        let acknowledged = Mutex::new(BTreeSet::new());
        let (next, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..SENDERS {
                scope.spawn(|| {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= BURST {
                            return;
                        }
                        let reply = self.hook(number);
                        match reply.status {
                            202 => drop(acknowledged.lock().unwrap().insert(number)),
                            507 => {
                                assert_eq!(reply.problem(507), "disk-full");
                                assert!(reply.header("retry-after").is_some());
                                refused.fetch_add(1, Ordering::Relaxed);
                            }
                            other => panic!("{other}: {}", reply.text()),
                        }
                    }
                });
            }
        });
        (acknowledged.into_inner().unwrap(), refused.into_inner())
    }

    fn terminate(mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

#[track_caller]
fn done(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// A key with these scopes.
fn key(mut command: Command) -> String {
    let made: Value = serde_json::from_str(&done(&command.output().unwrap())).unwrap();
    made["key"].as_str().unwrap().to_owned()
}

#[test]
fn w15_ten_thousand_webhooks_on_a_full_disk_are_refused_and_then_taken_in_once() {
    let Some(disk) = SmallDisk::mount(256) else {
        crate::skipped_test::skipped("this machine lets nobody mount a small disk of their own");
        return;
    };
    let config = "[sources.web]\nkind = \"cloudevents\"\n\
                  verifies = [\"email\", \"domain\", \"company\"]\n\
                  [sources.billing]\nkind = \"webhook\"\ncredential = \"env:HOOKS\"\n\
                  [destinations.crm]\nkind = \"file\"\npath = \"crm.jsonl\"\n\
                  [destinations.archive]\nkind = \"file\"\npath = \"archive.jsonl\"\n";
    fs::write(disk.outside("baton.toml"), config).unwrap();
    for (name, text) in STRATEGY {
        let path = disk.outside("strategy").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let scopes = ["--name", "k", "--scope", "ingest,revops", "--source", "web", "--json"];
    let key = key(disk.baton(&[&["key", "create"], &scopes[..]].concat()));
    let strategy = disk.folder.path().join("strategy").display().to_string();
    done(&disk.baton(&["apply", &strategy]).output().unwrap());

    let server = Server::start(disk.baton(&["serve"]));
    let told = server.event("?wait=decision&timeout_ms=10000", &quote("ada"), &key).unwrap().json();
    let handoff = told["handoff"].as_str().unwrap().to_owned();
    assert_eq!(server.event("", &quote("ben"), &key).unwrap().status, 202);

    disk.fill();
    let (acknowledged, refused) = server.burst();
    assert!(refused > BURST / 2, "the disk was full: {refused}");

    // Whoever reads goes on reading, and whoever is to be forgotten is forgotten.
    for path in [
        "/readyz",
        "/v1/handoffs",
        &format!("/v1/handoffs/{handoff}"),
        &format!("/v1/handoffs/{handoff}/brief"),
        &format!("/v1/handoffs/{handoff}/why"),
        "/v1/accounts/ada-works.example",
        "/v1/quarantine",
    ] {
        assert_eq!(server.get(path, &key).status, 200, "{path}");
    }
    let facts = done(&disk.baton(&["export", "--what", "facts"]).output().unwrap());
    assert!(facts.lines().count() > 2);
    done(&disk.baton(&["audit", "verify"]).output().unwrap());
    let bearer = format!("Bearer {key}");
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    let body = br#"{"identifier":"ada@ada-works.example"}"#;
    let receipt = server.call("POST", "/v1/erasures", &headers, body);
    assert_eq!(receipt.status, 200, "{}", receipt.text());
    assert!(!server.get("/v1/accounts/ada-works.example", &key).text().contains("ada@ada-works"));

    // It heals without a restart; the same ids are sent again, and each is there once.
    disk.empty();
    wait_for("room", || {
        (server.event("", &view("healed", "cyd"), &key).unwrap().status == 202).then_some(())
    });
    let (again, refused) = server.burst();
    assert_eq!((again.len(), refused), (BURST, 0));
    let metrics = server.get("/metrics", &key).text();
    let figure = |name: &str| {
        let line = metrics.lines().find(|line| line.starts_with(name)).unwrap();
        line.rsplit(' ').next().unwrap().parse::<usize>().unwrap()
    };
    assert_eq!(figure("baton_signals_accepted_total"), BURST + 3, "each once");
    assert!(figure("baton_signals_duplicate_total") >= acknowledged.len());
    assert_eq!(server.terminate(), Some(0));
    done(&disk.baton(&["doctor"]).output().unwrap());
}

/// More accounts than there is room for records of who read them.
const ACCOUNTS: usize = 1_200;
/// Readings after which the room for records is used up, unless room was given back.
const FILLED_EVERY: usize = 10;

/// A folder on a small disk with many accounts, and a key that reads and erases.
fn with_accounts(disk: &SmallDisk, accounts: usize) -> String {
    let config = "[sources.web]\nkind = \"cloudevents\"\n\
                  verifies = [\"email\", \"domain\", \"company\"]\n\
                  [destinations.crm]\nkind = \"file\"\npath = \"crm.jsonl\"\n\
                  [destinations.archive]\nkind = \"file\"\npath = \"archive.jsonl\"\n";
    fs::write(disk.outside("baton.toml"), config).unwrap();
    for (name, text) in STRATEGY {
        let path = disk.outside("strategy").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let scopes = ["--name", "k", "--scope", "ingest,revops", "--source", "web", "--json"];
    let key = key(disk.baton(&[&["key", "create"], &scopes[..]].concat()));
    let strategy = disk.folder.path().join("strategy").display().to_string();
    done(&disk.baton(&["apply", &strategy]).output().unwrap());
    let server = Server::start(disk.baton(&["serve"]));
    for number in 0..accounts {
        let event = quote(&format!("who{number}"));
        let told = server.event("?wait=decision&timeout_ms=10000", &event, &key).unwrap();
        assert!(told.status < 300, "{}", told.text());
    }
    assert_eq!(server.terminate(), Some(0));
    key
}

fn refused(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{said}");
    said
}

#[test]
fn found_h5_on_a_full_disk_reading_is_recorded_or_refused_everywhere_alike() {
    let Some(disk) = SmallDisk::mount(64) else {
        crate::skipped_test::skipped("this machine lets nobody mount a small disk of their own");
        return;
    };
    let key = with_accounts(&disk, ACCOUNTS);
    disk.fill();

    // It starts on a full disk, and reads as long as the room for records lasts.
    let server = Server::start(disk.baton(&["serve"]));
    let read = |number: usize| server.get(&format!("/v1/accounts/who{number}-works.example"), &key);
    assert_eq!(read(0).status, 200);
    let until = (1..ACCOUNTS).find(|number| {
        // A checkpoint on a slow machine gives room back meanwhile.
        if number % FILLED_EVERY == 0 {
            disk.fill_again();
        }
        read(*number).status != 200
    });
    let until = until.expect("the room for records is used up");
    assert_eq!(read(until).problem(507), "disk-full");
    assert_eq!(read(0).status, 200, "what is recorded for this hour can be read again");
    let account = format!("who{until}-works.example");
    for verb in
        [&["context", account.as_str()][..], &["export", "--what", "facts", "--purpose", "audit"]]
    {
        disk.fill_again();
        assert!(refused(&mut disk.baton(verb)).contains("disk-full"), "{verb:?} beside a server");
    }
    for verb in [&["export", "--what", "facts,state"][..], &["audit", "verify"], &["doctor"]] {
        done(&disk.baton(verb).output().unwrap());
    }
    let bearer = format!("Bearer {key}");
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    let body = br#"{"identifier":"who1@who1-works.example"}"#;
    let receipt = server.call("POST", "/v1/erasures", &headers, body);
    assert_eq!(receipt.status, 200, "{}", receipt.text());
    assert_eq!(server.terminate(), Some(0));

    // The same without a server, once the room that its end gave back is gone too.
    disk.fill_again();
    for verb in [&["export", "--what", "facts,state"][..], &["audit", "verify"], &["doctor"]] {
        done(&disk.baton(verb).output().unwrap());
    }

    // It heals without anything else.
    disk.empty();
    done(&disk.baton(&["context", &account]).output().unwrap());
    done(&disk.baton(&["export", "--what", "facts", "--purpose", "audit"]).output().unwrap());
    done(&disk.baton(&["doctor"]).output().unwrap());
}

/// The program in a folder, under somebody who makes its syncs fail.
fn with_failing_syncs(folder: &Path) -> Option<Command> {
    let inject = format!("inject=fdatasync,fsync:error=EIO:when={FAILS_FROM}+");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync,fsync", "-e"]);
    strace.arg(&inject);
    let mut probe = Command::new("strace");
    probe.args(["-o", "/dev/null", "true"]).stderr(Stdio::null());
    if !probe.status().is_ok_and(|status| status.success()) {
        return None;
    }
    strace.arg(program()).arg("serve").arg("--data").arg(folder);
    Some(strace)
}

#[test]
fn a_sync_that_fails_ends_the_program_before_it_acknowledges() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let Some(failing) = with_failing_syncs(&data) else {
        crate::skipped_test::skipped("strace is not installed, or may not trace here");
        return;
    };
    let own = |arguments: &[&str]| {
        let mut command = Command::new(program());
        command.args(arguments).arg("--data").arg(&data).stdin(Stdio::null());
        command
    };
    let scopes = ["key", "create", "--name", "k", "--scope", "ingest", "--json"];
    let key = key(own(&scopes));

    let mut server = Server::start(failing);
    let mut acknowledged = Vec::new();
    let last = (0..10 * FAILS_FROM).find_map(|number| {
        let id = format!("e-{number}");
        match server.event("", &view(&id, "ada"), &key) {
            Ok(reply) if reply.status == 202 => {
                acknowledged.push(id);
                None
            }
            other => Some(other.map(|reply| reply.status)),
        }
    });
    let last = last.expect("syncs fail");
    assert!(last.as_ref().is_err() || last.as_ref().is_ok_and(|status| *status == 503), "{last:?}");
    assert!(!acknowledged.is_empty());
    let code = server.child.wait().unwrap().code();
    assert!(code.is_some_and(|code| code != 0), "{code:?}");

    let server = Server::start(own(&["serve"]));
    for id in &acknowledged {
        let told = server.event("", &view(id, "ada"), &key).unwrap().json();
        assert_eq!(told["duplicates"], 1, "{id} was acknowledged: {told}");
    }
    assert_eq!(server.terminate(), Some(0));
    done(&own(&["doctor"]).output().unwrap());
}
