//! Live: which handoffs change is told at once, to whoever may read them, and nothing of a person is in it.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use serde_json::Value;

use crate::house::{House, PATIENCE};
use crate::sign_in::{Browser, demo};

/// A stream of events that is open.
struct Stream {
    lines: BufReader<TcpStream>,
    head: String,
}

/// An event.
struct Told {
    kind: String,
    id: Option<u64>,
    data: Value,
}

impl Stream {
    fn open(house: &House, path: &str, headers: &[(&str, &str)]) -> Self {
        let mut stream = TcpStream::connect(house.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut asked =
            format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", house.address);
        for (name, value) in headers {
            asked = format!("{asked}{name}: {value}\r\n");
        }
        stream.write_all(format!("{asked}\r\n").as_bytes()).unwrap();
        let mut lines = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert!(lines.read_line(&mut head).unwrap() > 0, "{head}");
        }
        Self { lines, head: head.to_lowercase() }
    }

    fn of_key(house: &House, more: &[(&str, &str)]) -> Self {
        let headers = [&[("Authorization", "Bearer key-read")], more].concat();
        Self::open(house, "/v1/events", &headers)
    }

    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.lines.read_line(&mut line).ok()?;
        (read > 0).then(|| line.trim_end().to_owned())
    }

    /// The next event; none where the stream ends.
    fn next(&mut self) -> Option<Told> {
        let (mut kind, mut id) = (String::new(), None);
        loop {
            let line = self.line()?;
            if let Some(name) = line.strip_prefix("event: ") {
                name.clone_into(&mut kind);
            } else if let Some(number) = line.strip_prefix("id: ") {
                id = number.parse().ok();
            } else if let Some(data) = line.strip_prefix("data: ") {
                let data = serde_json::from_str(data).unwrap();
                return Some(Told { kind, id, data });
            }
        }
    }

    fn until(&mut self, kind: &str) -> Told {
        std::iter::from_fn(|| self.next()).find(|told| told.kind == kind).expect("the event comes")
    }

    /// The next change of a handoff.
    fn change_of(&mut self, handoff: &str) -> Told {
        let changes = std::iter::from_fn(|| Some(self.until("change")));
        changes.take(100).find(|told| told.data["id"] == handoff).expect("its change comes")
    }
}

#[test]
fn a_change_is_told_with_its_watermark_id_and_version_and_nothing_else() {
    let house = demo();
    let mut stream = Stream::of_key(&house, &[]);
    assert!(stream.head.starts_with("http/1.1 200"), "{}", stream.head);
    assert!(stream.head.contains("content-type: text/event-stream"), "{}", stream.head);
    assert!(stream.head.contains("cache-control: no-store"), "{}", stream.head);
    assert!(stream.until("at").data["behind_ms"].is_u64());
    let handoff = house.handoff("ada");
    let told = stream.change_of(&handoff);
    let mut members: Vec<&String> = told.data.as_object().unwrap().keys().collect();
    members.sort_unstable();
    assert_eq!(members, ["id", "version", "watermark"], "{}", told.data);
    assert_eq!(told.id, told.data["watermark"].as_u64());
    assert!(!told.data.to_string().contains("ada"));
    // What it is now is read as ever; it is at least as new.
    let shown = house.get(&format!("/v1/handoffs/{handoff}")).json();
    assert!(shown["version"].as_u64() >= told.data["version"].as_u64(), "{shown}");
}

#[test]
fn a_stream_that_was_cut_goes_on_where_it_was_over_a_restart_too() {
    let house = demo();
    let mut stream = Stream::of_key(&house, &[]);
    let first = house.handoff("ada");
    let last = stream.change_of(&first).id.expect("a watermark");
    drop(stream);
    let second = house.handoff("ben");
    let mut again = Stream::of_key(&house, &[("Last-Event-ID", &last.to_string())]);
    again.change_of(&second);
    // One from before all that the server still knows is told that it missed something.
    let mut old = Stream::of_key(&house, &[("Last-Event-ID", "0")]);
    assert_eq!(old.next().expect("an event").kind, "missed");
}

#[test]
fn a_page_hears_of_changes_for_as_long_as_its_session_lasts() {
    let house = demo();
    let mut ann = Browser::signed_in(&house, "rep");
    let cookie = ann.cookie().expect("a session");
    let mut stream = Stream::open(&house, "/live/events", &[("Cookie", &cookie)]);
    stream.until("at");
    let handoff = house.handoff_of("ann", "ada");
    stream.change_of(&handoff);
    ann.sign_out();
    // With the next thing to say it is looked whether they still may.
    house.handoff("ben");
    let last = std::iter::from_fn(|| stream.next()).last().expect("a last event");
    assert_eq!(last.kind, "ended");
}

#[test]
fn nobody_hears_of_changes_who_may_not_read() {
    let house = demo();
    let stream = Stream::open(&house, "/live/events", &[]);
    assert!(stream.head.starts_with("http/1.1 401"), "{}", stream.head);
    let refused = house.get_as("ingest", "/v1/events");
    assert_eq!(refused.problem(403), "scope-missing");
    let nobody = crate::house::call(house.address, "GET", "/v1/events", &[], b"");
    assert_eq!(nobody.status, 401);
}

#[test]
fn one_reader_cannot_take_all_streams() {
    let house = demo();
    let mut open: Vec<Stream> = Vec::new();
    let refused = (0..64).find(|_| {
        open.push(Stream::of_key(&house, &[]));
        open.last().is_some_and(|stream| stream.head.starts_with("http/1.1 429"))
    });
    assert!(refused.is_some(), "a bound");
    assert_eq!(house.get("/v1/handoffs").status, 200, "everything else goes on");
}

#[test]
fn streams_end_when_the_server_does() {
    let house = demo();
    let mut stream = Stream::of_key(&house, &[]);
    stream.until("at");
    drop(house.close());
    assert!(std::iter::from_fn(|| stream.next()).count() < 100, "it ends");
}
