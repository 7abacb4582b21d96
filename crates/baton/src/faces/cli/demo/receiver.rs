//! The demo's own receiver of webhooks: over real HTTP, with a ledger and with moods. It shows what came to it.

mod leads;

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use pages::assets::ASSETS;
use pages::crm::{self, CrmView};
use sha2::{Digest, Sha256};

use leads::Leads;

/// What the deliveries are signed with.
pub(super) const SECRET: &str = "whsec_YS1kZW1vLXRoYXQtaXMtbm9ib2R5cy1zZWNyZXQ=";
/// The largest delivery that is taken.
const BYTES_MAX: u64 = 4 << 20;
/// How long a connection may say nothing.
const PATIENCE: Duration = Duration::from_mins(1);

/// What came.
#[derive(Debug, Default)]
struct Ledger {
    /// By `webhook-id`.
    deliveries: BTreeMap<String, Came>,
    leads: Leads,
}

/// How often a delivery came.
#[derive(Clone, Copy, Debug, Default)]
struct Came {
    /// Tries, those that were refused too.
    tries: u64,
    /// Those that were written down.
    taken: u64,
}

/// What is asked.
struct Asked {
    /// Its method and path.
    line: String,
    /// The delivery; empty where it is none.
    id: String,
    body: Vec<u8>,
}

/// A receiver that listens for as long as the process lives.
pub(super) struct Receiver {
    pub(super) address: SocketAddr,
    ledger: Arc<Mutex<Ledger>>,
}

/// What the ledger comes to.
pub(super) struct Effects {
    /// Deliveries with an id of their own.
    pub(super) received: u64,
    /// Those that came more than once.
    pub(super) repeated: u64,
}

/// Listens on a free port of this machine.
pub(super) fn listen(seed: u64) -> io::Result<Receiver> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let receiver = Receiver { address: listener.local_addr()?, ledger: Arc::default() };
    let ledger = Arc::clone(&receiver.ledger);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let ledger = Arc::clone(&ledger);
            thread::spawn(move || {
                // A connection that ends is no event.
                drop(answer(&stream, &ledger, seed));
            });
        }
    });
    Ok(receiver)
}

impl Receiver {
    pub(super) fn effects(&self) -> Effects {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner).effects()
    }
}

impl Ledger {
    fn effects(&self) -> Effects {
        let came = self.deliveries.values();
        let count = |least: u64| came.clone().filter(|came| came.taken >= least).count() as u64;
        Effects { received: count(1), repeated: count(2) }
    }

    /// Takes a delivery in, unless it is in the mood to refuse it.
    fn take(&mut self, seed: u64, asked: &Asked) -> Taken {
        let came = self.deliveries.entry(asked.id.clone()).or_default();
        let mood = mood(seed, &asked.id, came.tries);
        came.tries += 1;
        match mood {
            0 => Taken::Refused(500),
            1 => Taken::Refused(429),
            _ => {
                came.taken += 1;
                self.leads.take(&asked.body);
                if mood == 2 { Taken::InSilence } else { Taken::Well }
            }
        }
    }

    fn page(&self) -> String {
        let Effects { received, repeated } = self.effects();
        let (leads, more) = self.leads.newest();
        let refused = self.deliveries.values().map(|came| came.tries - came.taken).sum();
        crm::page(&CrmView { leads, more, deliveries: received, repeated, refused })
    }
}

/// What becomes of a delivery.
enum Taken {
    Well,
    /// It is written down, and nobody hears of it.
    InSilence,
    /// With this status.
    Refused(u16),
}

fn answer(stream: &TcpStream, ledger: &Mutex<Ledger>, seed: u64) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let (mut reader, mut writer) = (BufReader::new(stream), stream);
    while let Some(asked) = read(&mut reader)? {
        let mut ledger = ledger.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(path) = asked.line.strip_prefix("GET ") {
            let shown =
                if path == "/" { Some(("text/html; charset=utf-8", ledger.page())) } else { None };
            drop(ledger);
            let asset = || ASSETS.at(path).map(|asset| (asset.content_type, asset.body.clone()));
            show(&mut writer, shown.or_else(asset))?;
            continue;
        }
        let taken = ledger.take(seed, &asked);
        drop(ledger);
        let status = match taken {
            Taken::Well => 200,
            Taken::InSilence => return Ok(()),
            Taken::Refused(status) => status,
        };
        write!(writer, "HTTP/1.1 {status} -\r\ncontent-length: 0\r\n\r\n")?;
    }
    Ok(())
}

/// Answers a browser. Nothing on the page runs, and nothing is asked elsewhere.
fn show(writer: &mut impl Write, shown: Option<(&str, String)>) -> io::Result<()> {
    let Some((kind, body)) = shown else {
        return write!(writer, "HTTP/1.1 404 -\r\ncontent-length: 0\r\n\r\n");
    };
    write!(
        writer,
        "HTTP/1.1 200 -\r\ncontent-type: {kind}\r\ncontent-length: {}\r\ncache-control: no-store\r\n\
         x-content-type-options: nosniff\r\nreferrer-policy: no-referrer\r\n\
         content-security-policy: default-src 'none'; style-src 'self'; frame-ancestors 'none'\r\n\r\n{body}",
        body.len(),
    )
}

/// One in twenty fails, one asks for patience, one is taken in silence. A second try is taken.
fn mood(seed: u64, id: &str, tries: u64) -> u8 {
    if tries > 0 {
        return u8::MAX;
    }
    let mut hash = Sha256::new();
    hash.update(seed.to_be_bytes());
    hash.update(id);
    hash.finalize()[0] % 20
}

/// The next request; nothing when the connection ends.
fn read(reader: &mut impl BufRead) -> io::Result<Option<Asked>> {
    let (mut id, mut length, mut lines, mut first) = (String::new(), 0, 0, String::new());
    loop {
        let mut line = String::new();
        if reader.take(65_536).read_line(&mut line)? == 0 || lines > 100 {
            return Ok(None);
        }
        lines += 1;
        if lines == 1 {
            let (asked, _version) = line.trim_end().rsplit_once(' ').unwrap_or_default();
            asked.clone_into(&mut first);
            continue;
        }
        let Some((name, value)) = line.trim_end().split_once(':') else {
            if line.trim_end().is_empty() {
                break;
            }
            continue;
        };
        match name.to_ascii_lowercase().as_str() {
            "webhook-id" => value.trim().clone_into(&mut id),
            "content-length" => length = value.trim().parse().unwrap_or(0),
            _ => {}
        }
    }
    let mut body = Vec::new();
    reader.take(length.min(BYTES_MAX)).read_to_end(&mut body)?;
    Ok(Some(Asked { line: first, id, body }))
}
