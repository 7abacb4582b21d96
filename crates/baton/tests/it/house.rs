//! A server in a folder of its own, with a team of two and a key for each scope, and a client that
//! speaks plain sockets.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use baton::auth::keys::hash;
use baton::config::resolved::{ServeConfig, SourceKind, SourceSettings};
use baton::faces::serving::{Running, Signals, run, serve};
use baton::runtime::clock;
use connectors::destinations::file::LinesOfFile;
use connectors::reading::VerifiedKinds;
use crank::{Crank, Ids};
use domain::fact::{By, Entry, Mode};
use domain::signal::SourceName;
use domain::{KeyId, Span};
use rules::{Files, compile};
use store::KeyRow;
use store::chance::Chance;
use store::sqlite::SqliteStore;
use tempfile::TempDir;

use crate::described;

/// How long a test waits for anything.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) const SCOPES: [&str; 7] =
    ["ingest", "read", "work", "revops", "agent", "audit", "admin"];

/// A strategy that hands whoever asks for a quote to one of two.
pub(crate) const STRATEGY: [(&str, &str); 8] = [
    ("strategy.yaml", "strategy: house\nseed: 1\nautonomy: { assign: automatic }\n"),
    (
        "scoring.yaml",
        "engagement:\n  half_life: 14d\n  points:\n    - { signal: page.viewed, points: 2 }\n",
    ),
    (
        "readiness.yaml",
        "table: readiness\nhit: first\ncolumns: { asked: 'seen(\"form.quote\", \"1d\")' }\n\
         outputs: [decision, kind, sla]\nrows:\n  - [ true, hand off, marketing-to-sales, hot ]\n  - [ \"-\", nurture, \"-\", \"-\" ]\n",
    ),
    (
        "routing.yaml",
        "routes:\n  - { route: everybody, to: { pool: all } }\n  - { route: catch-all, to: { queue: unassigned } }\n\
         pools:\n  all:\n    members: 'member.region == \"all\"'\n    method: in turn\n    all_away: ignore hours\n    all_capped: next route\n    offer: { then: next member }\n\
         queues:\n  unassigned: { owner: ann, within: 2h, alarm: true }\n",
    ),
    (
        "sla.yaml",
        "hot:\n  calendar: owner\n  accept: { within: 4h }\n  first touch: { within: 8h }\n",
    ),
    (
        "team.csv",
        "id,name,email,manager,region,weight,calendar,joined,left\nann,Ann,,mia,all,1,always,2020-01-01,\nbob,Bob,,mia,all,1,always,2020-01-01,\nmia,Mia,,,none,1,always,2020-01-01,\n",
    ),
    ("calendars/always.yaml", "zone: UTC\nweek: { mon-sun: [\"00:00-24:00\"] }\nholidays: []\n"),
    (
        "destinations.yaml",
        "steps:\n  - { step: tell the CRM, to: crm, when: offered, send: [handoff, brief] }\n  - { step: archive, to: archive, when: accepted, send: [handoff] }\n",
    ),
];

/// A server that runs for a test.
pub(crate) struct House {
    pub(crate) address: SocketAddr,
    pub(crate) folder: TempDir,
    running: Option<Running>,
}

/// Whether a strategy is in force.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Force {
    Strategy,
    /// The strategy of the house with these files in place of its own.
    With(&'static [(&'static str, &'static str)]),
    Nothing,
}

impl House {
    /// A server with a strategy in force.
    pub(crate) fn open() -> Self {
        Self::with(Force::Strategy, |_| {})
    }

    pub(crate) fn with(force: Force, adjust: impl FnOnce(&mut ServeConfig)) -> Self {
        Self::started(force, adjust, |_| {})
    }

    /// One whose program fails on turns that say such an entry.
    pub(crate) fn failing_on(fault: fn(&Entry) -> bool) -> Self {
        Self::started(Force::Strategy, |_| {}, |crank| crank.plant(Box::new(fault)))
    }

    fn started(
        force: Force,
        adjust: impl FnOnce(&mut ServeConfig),
        prepare: impl FnOnce(&mut Crank<SqliteStore>),
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let store = SqliteStore::open(&data, Chance::seeded(7)).unwrap();
        let mut crank = Crank::open(store, Ids::drawn()).unwrap();
        crank.begin().unwrap();
        for scope in SCOPES.into_iter().filter(|scope| *scope != "work") {
            put_key(&mut crank, &format!("key-{scope}"), scope);
        }
        put_key_called(&mut crank, "work", "key-work", &["work", "member:ann"]);
        put_key(&mut crank, "key-namesake", "revops");
        put_key_of(&mut crank, "key-web", &["ingest", "read"]);
        put_key_called(&mut crank, "ann", "key-called-ann", &["work"]);
        for member in ["ann", "bob", "gone"] {
            let scopes = ["work", &format!("member:{member}")];
            put_key_called(&mut crank, "phone", &format!("key-of-{member}"), &scopes);
        }
        match force {
            Force::Strategy => apply(&mut crank),
            Force::With(changed) => apply_with(&mut crank, changed),
            Force::Nothing => {}
        }
        crank.commit().unwrap();
        let mut config = config(data);
        for name in ["crm", "archive"] {
            let path = folder.path().join(format!("{name}.jsonl"));
            config.destinations.insert(name.to_owned(), Arc::new(LinesOfFile { path }));
        }
        adjust(&mut config);
        prepare(&mut crank);
        let running = run(crank, config, Signals::Left).unwrap().wait_ready().unwrap();
        Self { address: running.address(), folder, running: Some(running) }
    }

    /// Ends in order, and gives the folder back.
    pub(crate) fn close(mut self) -> TempDir {
        let running = self.running.take().unwrap();
        running.stop();
        running.join().unwrap();
        std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap())
    }

    /// Ends in order, and starts again on the same folder.
    pub(crate) fn again(self, adjust: impl FnOnce(&mut ServeConfig)) -> Self {
        let folder = self.close();
        let mut config = config(folder.path().join("data"));
        adjust(&mut config);
        let running = serve(config, Signals::Left).unwrap().wait_ready().unwrap();
        Self { address: running.address(), folder, running: Some(running) }
    }

    /// Ends in order, lets time pass in which nothing but its timers is done, and starts again.
    pub(crate) fn later(self, span: Span) -> Self {
        self.between(|crank| {
            crank.take_timers(clock::now() + span, 100).unwrap();
        })
    }

    /// Ends in order, lets something be done to the folder, and starts again.
    pub(crate) fn between(self, work: impl FnOnce(&mut Crank<SqliteStore>)) -> Self {
        let folder = self.close();
        let data = folder.path().join("data");
        let store = SqliteStore::open(&data, Chance::seeded(8)).unwrap();
        let mut crank = Crank::open(store, Ids::drawn()).unwrap();
        work(&mut crank);
        drop(crank);
        let running = serve(config(data), Signals::Left).unwrap().wait_ready().unwrap();
        Self { address: running.address(), folder, running: Some(running) }
    }

    /// Changes the database of the server behind its back.
    pub(crate) fn damage(&self, sql: &str) {
        let db = rusqlite::Connection::open(self.folder.path().join("data/baton.db")).unwrap();
        db.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
        db.execute_batch(sql).unwrap();
    }

    pub(crate) fn get(&self, path: &str) -> Reply {
        self.get_as("revops", path)
    }

    /// The same with the key of a scope.
    pub(crate) fn get_as(&self, scope: &str, path: &str) -> Reply {
        let bearer = format!("Bearer key-{scope}");
        call(self.address, "GET", path, &[("Authorization", &bearer)], b"")
    }

    pub(crate) fn post(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        call(self.address, "POST", path, headers, body)
    }

    /// Sends one event in structured mode, as somebody who may read what becomes of it.
    pub(crate) fn event(&self, query: &str, event: &serde_json::Value) -> Reply {
        let headers = [("Authorization", "Bearer key-web"), EVENT[1]];
        self.post(&format!("/v1/signals{query}"), &headers, event.to_string().as_bytes())
    }

    /// Makes somebody ask for a quote, and gives the handoff that follows.
    pub(crate) fn handoff(&self, who: &str) -> String {
        let reply = self.event("?wait=decision&timeout_ms=10000", &quote(who));
        assert_eq!(reply.status, 200, "{}", reply.text());
        let told = reply.json();
        assert_eq!(told["decision"], "hand-off", "{told}");
        told["handoff"].as_str().unwrap().to_owned()
    }

    /// The same for a member: where another has it, it is given to them.
    pub(crate) fn handoff_of(&self, member: &str, who: &str) -> String {
        let handoff = self.handoff(who);
        self.give(&handoff, member);
        handoff
    }

    /// Gives a handoff to a member, unless they have it.
    pub(crate) fn give(&self, handoff: &str, member: &str) {
        let shown = self.get(&format!("/v1/handoffs/{handoff}")).json();
        if shown["owner"]["id"] != member {
            let body = serde_json::json!({ "owner": member }).to_string();
            let headers =
                [("Authorization", "Bearer key-revops"), ("Content-Type", "application/json")];
            let path = format!("/v1/handoffs/{handoff}/reassign");
            let given = self.post(&path, &headers, body.as_bytes());
            assert_eq!(given.status, 200, "{}", given.text());
        }
    }

    /// The state of the first delivery of a handoff, and the code of its last answer.
    pub(crate) fn first_delivery(&self, handoff: &str) -> (String, Option<String>) {
        let shown = self.get(&format!("/v1/handoffs/{handoff}")).json();
        let delivery = &shown["deliveries"][0];
        let code = delivery["code"].as_str().map(str::to_owned);
        (delivery["state"].as_str().unwrap().to_owned(), code)
    }

    /// Waits until something is so.
    #[track_caller]
    pub(crate) fn until<T>(&self, what: &str, mut look: impl FnMut(&Self) -> Option<T>) -> T {
        wait_for(what, || look(self))
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop();
            let _ = running.join();
        }
    }
}

/// Makes a key that is called as its scope.
fn put_key(crank: &mut Crank<SqliteStore>, secret: &str, scope: &str) {
    put_key_of(crank, secret, &[scope]);
}

/// Makes a key of several scopes, that is called as the first of them.
fn put_key_of(crank: &mut Crank<SqliteStore>, secret: &str, scopes: &[&str]) {
    put_key_called(crank, scopes[0], secret, scopes);
}

fn put_key_called(crank: &mut Crank<SqliteStore>, name: &str, secret: &str, scopes: &[&str]) {
    let hash = hash(secret);
    let row = KeyRow {
        key: KeyId::caused_by(&[&hash]),
        name: name.to_owned(),
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        source: scopes.contains(&"ingest").then(|| "web".to_owned()),
        hash,
        created: clock::now(),
        revoked: None,
    };
    crank.put_key(&row).unwrap();
}

/// Headers of an event in structured mode.
pub(crate) const EVENT: [(&str, &str); 2] =
    [("Authorization", "Bearer key-ingest"), ("Content-Type", "application/cloudevents+json")];

/// Puts the strategy in force, within an open group.
pub(crate) fn apply(crank: &mut Crank<SqliteStore>) {
    apply_with(crank, &[]);
}

fn apply_with(crank: &mut Crank<SqliteStore>, changed: &[(&str, &str)]) {
    let own = |name| changed.iter().find(|(known, _)| *known == name).map(|(_, text)| *text);
    let files = STRATEGY
        .map(|(name, text)| (name.to_owned(), own(name).unwrap_or(text).as_bytes().to_vec()));
    let files = Files(files.into_iter().collect());
    let compiled = compile(&files);
    let told: Vec<_> = compiled.diagnostics.list().iter().map(|one| one.message.clone()).collect();
    let strategy = compiled.strategy.unwrap_or_else(|| panic!("{told:#?}"));
    crank.apply(&files, Arc::new(strategy), Mode::Live, &By::Operator, clock::now()).unwrap();
}

pub(crate) fn config(data: PathBuf) -> ServeConfig {
    let mut config = ServeConfig::new(data, ([127, 0, 0, 1], 0).into());
    let mut web = SourceSettings::of(SourceKind::Segment);
    web.verifies = VerifiedKinds::ALL;
    web.origins = vec!["https://www.acme.example".to_owned()];
    config.sources.insert(SourceName::new("web").unwrap(), web);
    config.allow_private = vec!["127.0.0.1/32".parse().unwrap()];
    config
}

/// Somebody who asks for a quote.
pub(crate) fn quote(who: &str) -> serde_json::Value {
    serde_json::json!({
        "specversion": "1.0",
        "source": "forms",
        "id": format!("quote-{who}"),
        "type": "form.quote",
        "data": {
            "email": format!("{who}@{who}-works.example"),
            "company": { "domain": format!("{who}-works.example"), "name": format!("{who} works") },
        },
    })
}

/// Somebody who looks at a page.
pub(crate) fn view(id: &str, who: &str) -> serde_json::Value {
    serde_json::json!({
        "specversion": "1.0",
        "source": "site",
        "id": id,
        "type": "page.viewed",
        "data": { "email": format!("{who}@{who}-works.example"), "path": "/pricing" },
    })
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text()))
    }

    /// The problem's code, whose page is there. A browser is told it on a page.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16) -> String {
        assert_eq!(self.status, status, "{}", self.text());
        if self.header("content-type") == Some("text/html; charset=utf-8") {
            let page = self.text();
            let (_, rest) = page.split_once("code <code>").expect("a page that says what is wrong");
            return rest.split('<').next().unwrap().to_owned();
        }
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        let told = self.json();
        assert_eq!(told["status"], status);
        let code = told["code"].as_str().unwrap().to_owned();
        assert_eq!(told["help"], format!("baton explain {code}"));
        let pages = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/errors");
        assert!(fs::exists(format!("{pages}/{code}.md")).unwrap(), "`{code}` has no page");
        code
    }
}

/// Makes a request on a connection of its own.
pub(crate) fn call(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Reply {
    try_call(address, method, path, headers, body).unwrap()
}

/// The same where the server may go away.
pub(crate) fn try_call(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> std::io::Result<Reply> {
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
    for (name, value) in headers {
        head = format!("{head}{name}: {value}\r\n");
    }
    if method != "GET" {
        head = format!("{head}Content-Length: {}\r\n", body.len());
    }
    head.push_str("\r\n");
    let answer = try_raw(address, &[head.as_bytes(), body].concat())?;
    let reply = parse(&answer).ok_or(std::io::ErrorKind::UnexpectedEof)?;
    described::check(method, path, &reply);
    Ok(reply)
}

/// Sends bytes and reads what comes back until the connection ends.
pub(crate) fn raw(address: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    try_raw(address, bytes).unwrap()
}

fn try_raw(address: SocketAddr, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_nodelay(true)?;
    // A server that refuses before it has read all may close while we still write.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let mut room = [0; 16 * 1024];
    loop {
        match stream.read(&mut room) {
            Err(error) if answer.is_empty() => return Err(error),
            Ok(0) | Err(_) => return Ok(answer),
            Ok(read) => answer.extend_from_slice(&room[..read]),
        }
        if begins_stream(&answer) {
            return Ok(answer);
        }
    }
}

/// Whether it is an answer without an end, whose first event has come: that is short.
fn begins_stream(answer: &[u8]) -> bool {
    answer.len() < 4_096
        && parse(answer).is_some_and(|reply| {
            reply.header("content-type") == Some("text/event-stream")
                && reply.text().contains("data: ")
        })
}

/// The first answer in what came back.
pub(crate) fn parse(answer: &[u8]) -> Option<Reply> {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&answer[..end]).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect();
    Some(Reply { status, headers, body: answer[end + 4..].to_vec() })
}

/// Waits until something is so, without sleeping: each look is a question to somebody.
#[track_caller]
pub(crate) fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let until = clock::tick() + PATIENCE;
    let (_keep, pause) = std::sync::mpsc::channel::<()>();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(clock::tick() < until, "waited in vain for {what}");
        // Gives way to those who are waited for.
        let _ = pause.recv_timeout(Duration::from_millis(2));
    }
}
