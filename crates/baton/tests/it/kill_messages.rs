//! An escalation that leaves by mail and in Slack's shape, from a process that is killed while both
//! messages are under way: counted by `Message-ID` and `block_id`, at servers that keep what they were given.

use std::collections::BTreeSet;
use std::fs::Permissions;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use baton::runtime::clock;
use crank::{Crank, Ids};
use domain::fact::{By, Mode};
use rules::{Files, compile};
use store::chance::Chance;
use store::sqlite::SqliteStore;

use crate::house::{EVENT, STRATEGY, quote, try_call};
use crate::kill::{Process, folder_with_a_key, free_address};
use crate::program::another;

/// A claim of a process that was killed runs out after a minute.
const PATIENCE: Duration = Duration::from_secs(100);

/// What a server was given, and whether it answers.
#[derive(Clone, Default)]
struct Ledger {
    kept: Arc<Mutex<Vec<String>>>,
    silent: Arc<AtomicBool>,
}

impl Ledger {
    /// Keeps a message; whether it is to be answered. Where it is not, this waits until the other side has
    /// gone.
    fn keep(&self, message: String, stream: &mut impl Read) -> bool {
        self.kept.lock().unwrap().push(message);
        if !self.silent.load(Ordering::SeqCst) {
            return true;
        }
        let _ = stream.read(&mut [0]);
        false
    }

    fn count(&self) -> usize {
        self.kept.lock().unwrap().len()
    }

    fn serve(&self, answer: fn(&Self, TcpStream) -> Option<()>) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, own) = (listener.local_addr().unwrap(), self.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let own = own.clone();
                thread::spawn(move || answer(&own, stream));
            }
        });
        address
    }

    fn mail(&self, mut stream: TcpStream) -> Option<()> {
        stream.write_all(b"220 test\r\n").ok()?;
        let mut reader = BufReader::new(stream.try_clone().ok()?);
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
            let says = match line.split([' ', '\r']).next()? {
                "DATA" => "354 go on\r\n",
                "QUIT" => "221 bye\r\n",
                _ => "250 ok\r\n",
            };
            stream.write_all(says.as_bytes()).ok()?;
            if says.starts_with("354") {
                let mut message = String::new();
                while !message.ends_with("\r\n.\r\n") {
                    reader.read_line(&mut message).ok().filter(|read| *read > 0)?;
                }
                self.keep(message, &mut reader).then_some(())?;
                stream.write_all(b"250 taken\r\n").ok()?;
            }
        }
    }

    fn chat(&self, mut stream: TcpStream) -> Option<()> {
        let mut reader = BufReader::new(stream.try_clone().ok()?);
        let (mut line, mut length) = (String::new(), 0);
        while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
            if let Some(text) = line.to_lowercase().strip_prefix("content-length:") {
                length = text.trim().parse().ok()?;
            }
            line.clear();
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        self.keep(String::from_utf8(body).ok()?, &mut reader).then_some(())?;
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
            .ok()
    }
}

/// Steps that tell a manager at once of whoever does not accept.
const AT_ONCE: &str = "steps:
  - { step: by mail, to: mail, when: escalated, tell: manager, send: [brief], must: true }
  - { step: in the chat, to: chat, when: escalated, tell: manager, send: [brief] }
";

/// Steps that tell it with the others of a minute.
const IN_A_DIGEST: &str = "destinations:
  mail: { digest: 1m }
  chat: { digest: 1m, rate: 10/h }
steps:
  - { step: by mail, to: mail, when: escalated, tell: manager, send: [brief] }
  - { step: in the chat, to: chat, when: escalated, tell: manager, send: [brief] }
";

/// The strategy of the house, in which a manager hears of whoever does not accept.
fn strategy(steps: &str) -> Files {
    let files = STRATEGY.map(|(name, text)| {
        let text = match name {
            "sla.yaml" => "hot:\n  calendar: owner\n  accept: { within: 1s }\n  on silence:\n    - { at: breach, do: tell manager }\n",
            "team.csv" => "id,name,email,manager,region,weight,calendar,joined,left,slack\nann,Ann,ann@acme.example,,none,1,always,2020-01-01,,U0ANN7\nbob,Bob,,ann,all,1,always,2020-01-01,,\n",
            "destinations.yaml" => steps,
            _ => text,
        };
        (name.to_owned(), text.replace("then: next member", "then: stay").into_bytes())
    });
    Files(files.into_iter().collect())
}

/// Digests of three escalations: the process is killed as they are under way, or is not. Each server is given
/// one message by its id, with all three, so many times.
fn check_digest(killed: bool, times: usize) {
    let leads = ["ada", "ben", "cid"];
    let (mail, chat) = escalated(killed, (IN_A_DIGEST, &leads));
    let ids: BTreeSet<_> = mail.iter().map(|message| header(message, "Message-ID: ")).collect();
    assert!(ids.len() == 1 && !ids.contains(&None), "one message by its id: {ids:?}");
    assert_eq!((mail.len(), chat.len()), (times, times), "by mail and in the chat");
    for message in &mail {
        assert_eq!(header(message, "Subject: ").as_deref(), Some("3 messages from Baton"));
        let told = header(message, "Baton-Delivery: ").unwrap();
        let told: BTreeSet<&str> = told.split(' ').collect();
        assert_eq!(told.len(), leads.len(), "it lists each delivery: {told:?}");
        for lead in leads {
            assert!(message.contains(&format!("{lead} works")), "{lead}: {message}");
        }
    }
    for message in &chat {
        let blocks = message["blocks"].as_array().unwrap().iter();
        let ids: BTreeSet<&str> = blocks.filter_map(|block| block["block_id"].as_str()).collect();
        let told = ids.iter().filter(|id| id.starts_with("d-") && !id.contains('.'));
        assert_eq!(told.count(), leads.len(), "a block for each: {ids:?}");
        assert_eq!(message["blocks"], chat[0]["blocks"], "nothing is added when it is sent again");
    }
}

fn wait_for(what: &str, look: impl Fn() -> bool) {
    let until = clock::tick() + PATIENCE;
    let (_keep, pause) = std::sync::mpsc::channel::<()>();
    while !look() {
        assert!(clock::tick() < until, "waited in vain for {what}");
        let _ = pause.recv_timeout(Duration::from_millis(20));
    }
}

/// Escalations of these leads by a process that is killed as both messages are under way, or is not: what
/// each server was given.
fn escalated(
    killed: bool,
    (steps, leads): (&str, &[&str]),
) -> (Vec<String>, Vec<serde_json::Value>) {
    let (mail, chat) = (Ledger::default(), Ledger::default());
    let folder = folder_with_a_key();
    let data = folder.path().join("data");
    let files = strategy(steps);
    let compiled = compile(&files);
    let told: Vec<_> = compiled.diagnostics.list().iter().map(|one| one.message.clone()).collect();
    let strategy = compiled.strategy.unwrap_or_else(|| panic!("{told:#?}"));
    let store = SqliteStore::open(&data, Chance::seeded(7)).unwrap();
    let mut crank = Crank::open(store, Ids::drawn()).unwrap();
    crank.begin().unwrap();
    crank.apply(&files, Arc::new(strategy), Mode::Live, &By::Operator, clock::now()).unwrap();
    crank.commit().unwrap();
    drop(crank);
    let hook = folder.path().join("hook");
    let address = chat.serve(Ledger::chat);
    std::fs::write(&hook, format!("http://{address}/services/T/B/x")).unwrap();
    std::fs::set_permissions(&hook, Permissions::from_mode(0o600)).unwrap();
    let port = mail.serve(Ledger::mail).port();
    let config = format!(
        "[network]\nallow_private = [\"127.0.0.1/32\"]\n\n[destinations.mail]\nkind = \"smtp\"\n\
         host = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\nfrom = \"Baton <baton@acme.example>\"\n\n\
         [destinations.chat]\nkind = \"slack\"\nendpoint = \"file:{}\"\n",
        hook.display()
    );
    std::fs::write(data.join("baton.toml"), config).unwrap();

    for ledger in [&mail, &chat] {
        ledger.silent.store(killed, Ordering::SeqCst);
    }
    let address = free_address();
    let mut process = Process::start(&data, address);
    for lead in leads {
        let body = quote(lead).to_string();
        let sent = try_call(address, "POST", "/v1/signals", &EVENT, body.as_bytes()).unwrap();
        assert_eq!(sent.status, 202, "{}", sent.text());
    }
    wait_for("both messages", || mail.count() == 1 && chat.count() == 1);
    if killed {
        process.signal("-KILL");
        process.0.wait().unwrap();
        for ledger in [&mail, &chat] {
            ledger.silent.store(false, Ordering::SeqCst);
        }
        process = Process::start(&data, free_address());
        wait_for("both messages again", || mail.count() >= 2 && chat.count() >= 2);
    }
    // What is under way is finished before it ends.
    process.signal("-TERM");
    assert_eq!(process.0.wait().unwrap().code(), Some(0));
    let (mail, chat) = (mail.kept.lock().unwrap().clone(), chat.kept.lock().unwrap());
    (mail, chat.iter().map(|message| serde_json::from_str(message).unwrap()).collect())
}

fn header(message: &str, name: &str) -> Option<String> {
    let mut lines = message.lines().take_while(|line| !line.is_empty());
    lines.find_map(|line| line.strip_prefix(name)).map(str::to_owned)
}

fn check(killed: bool, times: usize) {
    let (mail, chat) = escalated(killed, (AT_ONCE, &["ada"]));
    assert_eq!((mail.len(), chat.len()), (times, times), "by mail and in the chat");
    let ids: BTreeSet<_> = mail.iter().map(|message| header(message, "Message-ID: ")).collect();
    assert!(ids.len() == 1 && !ids.contains(&None), "one message by its id: {ids:?}");
    assert_eq!(header(&mail[0], "To: ").as_deref(), Some("ann@acme.example"));
    assert!(header(&mail[0], "Subject: ").unwrap().starts_with("Escalated: "), "{}", mail[0]);
    let blocks: BTreeSet<_> =
        chat.iter().map(|message| message["blocks"][0]["block_id"].to_string()).collect();
    assert_eq!(blocks.len(), 1, "one message by the id of its block");
    let text = chat[0].to_string();
    assert!(text.contains("Escalated: ") && text.contains("<@U0ANN7>"), "{text}");
    assert!(text.contains("Bob did not accept this lead in time"), "{text}");
}

#[test]
fn an_escalation_arrives_once_by_mail_and_once_in_the_chat() {
    if another().is_none() {
        check(false, 1);
    }
}

#[test]
fn killed_while_it_tells_of_an_escalation_it_tells_at_most_once_more_under_the_same_ids() {
    if another().is_none() {
        check(true, 2);
    }
}

#[test]
fn found_e1_a_digest_of_three_arrives_once_by_mail_and_once_in_the_chat() {
    if another().is_none() {
        check_digest(false, 1);
    }
}

#[test]
fn found_e1_killed_while_a_digest_is_under_way_it_is_sent_at_most_once_more() {
    if another().is_none() {
        check_digest(true, 2);
    }
}
