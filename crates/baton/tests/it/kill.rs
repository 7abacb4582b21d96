//! The program as a process: killed under load it loses nothing and starts at once; told to stop it
//! ends with 0.

use std::collections::BTreeSet;
use std::io::Read;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::thread;

use baton::auth::keys::hash;
use baton::runtime::clock;
use domain::KeyId;
use store::chance::Chance;
use store::sqlite::SqliteStore;
use store::{KeyRow, Store};

use crate::house::{EVENT, try_call, view, wait_for};
use crate::program::{another, program};
use crate::signals::kept;

/// A process that is killed if a test forgets it.
pub(crate) struct Process(pub(crate) Child);

impl Process {
    pub(crate) fn start(data: &Path, address: SocketAddr) -> Self {
        let mut process = Self::begin(data, address);
        wait_for("the server", || {
            assert!(process.0.try_wait().unwrap().is_none(), "{}", process.said());
            let ready = try_call(address, "GET", "/readyz", &[], b"");
            ready.ok().filter(|reply| reply.status == 200)
        });
        process
    }

    /// Starts it and waits for nothing.
    fn begin(data: &Path, address: SocketAddr) -> Self {
        let child = Command::new(program())
            .args(["serve", "--listen", &address.to_string(), "--data"])
            .arg(data)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Self(child)
    }

    pub(crate) fn signal(&self, name: &str) {
        let pid = self.0.id().to_string();
        assert!(Command::new("kill").args([name, &pid]).status().unwrap().success());
    }

    /// The most memory that it ever held, in KiB, as the system counts it.
    pub(crate) fn memory_peak(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").trim().parse().unwrap()
    }

    fn said(&mut self) -> String {
        let mut said = String::new();
        if let Some(stderr) = &mut self.0.stderr {
            let _ = stderr.read_to_string(&mut said);
        }
        said
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Beside the data: the secret of a key that another program made.
const KEY: &str = "key";

/// The secret of the key of such a folder.
pub(crate) fn key_of(folder: &tempfile::TempDir) -> String {
    std::fs::read_to_string(folder.path().join(KEY)).unwrap_or_else(|_| "key-ingest".to_owned())
}

pub(crate) fn folder_with_a_key() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    if let Some(program) = another() {
        // An earlier one opens no folder of a later form, so it makes its own, with a key of its own.
        let mut key = Command::new(program);
        key.args(["key", "create", "--name", "k", "--scope", "ingest", "--source", "web"]);
        let made = key.arg("--data").arg(folder.path().join("data")).output().unwrap();
        let said = String::from_utf8(made.stdout).unwrap();
        let secret = said.split_whitespace().find(|word| word.starts_with("baton_"));
        std::fs::write(folder.path().join(KEY), secret.unwrap()).unwrap();
        return folder;
    }
    let mut store = SqliteStore::open(&folder.path().join("data"), Chance::seeded(9)).unwrap();
    let hash = hash("key-ingest");
    store.begin().unwrap();
    store
        .put_key(&KeyRow {
            key: KeyId::caused_by(&[&hash]),
            name: "ingest".to_owned(),
            scopes: vec!["ingest".to_owned()],
            source: Some("web".to_owned()),
            hash,
            created: clock::now(),
            revoked: None,
        })
        .unwrap();
    store.commit().unwrap();
    store.close().unwrap();
    folder
}

pub(crate) fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

#[test]
fn killed_under_load_it_keeps_what_it_acknowledged() {
    let folder = folder_with_a_key();
    let data = folder.path().join("data");
    let address = free_address();
    let acknowledged = Mutex::new(BTreeSet::new());
    for round in 0..3 {
        let before = acknowledged.lock().unwrap().len();
        let mut process = Process::start(&data, address);
        thread::scope(|scope| {
            for writer in 0..8 {
                let acknowledged = &acknowledged;
                scope.spawn(move || {
                    for number in 0.. {
                        let id = format!("{round}-{writer}-{number}");
                        let event = view(&id, &format!("who{writer}")).to_string();
                        let path = "/v1/signals";
                        match try_call(address, "POST", path, &EVENT, event.as_bytes()) {
                            Ok(reply) if reply.status == 202 => {
                                acknowledged.lock().unwrap().insert(id);
                            }
                            Ok(_) | Err(_) => return,
                        }
                    }
                });
            }
            wait_for("signals", || {
                (acknowledged.lock().unwrap().len() >= before + 40).then_some(())
            });
            process.signal("-KILL");
            process.0.wait().unwrap();
        });
    }
    // The last one is told to stop, and ends in order.
    let mut process = Process::start(&data, address);
    process.signal("-TERM");
    assert_eq!(process.0.wait().unwrap().code(), Some(0));

    let kept = kept(&data);
    let once: BTreeSet<String> = kept.iter().cloned().collect();
    assert_eq!(once.len(), kept.len(), "none twice");
    let acknowledged = acknowledged.into_inner().unwrap();
    let lost: Vec<_> = acknowledged.difference(&once).collect();
    assert!(lost.is_empty(), "lost: {lost:?}");
}

#[test]
fn a_folder_that_is_held_is_refused() {
    let folder = folder_with_a_key();
    let data = folder.path().join("data");
    let _first = Process::start(&data, free_address());
    let second = Command::new(program())
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(&data)
        .output()
        .unwrap();
    assert_eq!(second.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&second.stderr).contains("held"), "{second:?}");
}

#[test]
fn found_h8_told_to_end_as_soon_as_it_can_be_reached_it_ends_in_order() {
    let folder = folder_with_a_key();
    let data = folder.path().join("data");
    for (signal, path) in [
        ("-TERM", None),
        ("-INT", None),
        ("-TERM", Some("/healthz")),
        ("-TERM", Some("/readyz")),
        ("-INT", Some("/readyz")),
    ] {
        let address = free_address();
        let mut process = Process::begin(&data, address);
        wait_for("the server", || match path {
            None => TcpStream::connect(address).ok().map(drop),
            Some(path) => {
                let answer = try_call(address, "GET", path, &[], b"").ok();
                answer.filter(|reply| reply.status == 200).map(drop)
            }
        });
        process.signal(signal);
        let ended = process.0.wait().unwrap();
        assert_eq!(ended.code(), Some(0), "{signal} after {path:?}: {ended}, {}", process.said());
    }
}
