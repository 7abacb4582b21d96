//! The demo's own receiver of webhooks: over real HTTP, with a ledger and with moods.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use sha2::{Digest, Sha256};

/// What the deliveries are signed with.
pub(super) const SECRET: &str = "whsec_YS1kZW1vLXRoYXQtaXMtbm9ib2R5cy1zZWNyZXQ=";
/// The largest delivery that is taken.
const BYTES_MAX: u64 = 4 << 20;
/// How long a connection may say nothing.
const PATIENCE: Duration = Duration::from_mins(1);

/// What came, by `webhook-id`.
type Ledger = BTreeMap<String, Came>;

/// How often a delivery came.
#[derive(Clone, Copy, Debug, Default)]
struct Came {
    /// Tries, those that were refused too.
    tries: u64,
    /// Those that were written down.
    taken: u64,
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
        let ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
        let count = |least: u64| ledger.values().filter(|came| came.taken >= least).count() as u64;
        Effects { received: count(1), repeated: count(2) }
    }
}

fn answer(stream: &TcpStream, ledger: &Mutex<Ledger>, seed: u64) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let (mut reader, mut writer) = (BufReader::new(stream), stream);
    while let Some((id, _body)) = read(&mut reader)? {
        let mut ledger = ledger.lock().unwrap_or_else(PoisonError::into_inner);
        let came = ledger.entry(id.clone()).or_default();
        let mood = mood(seed, &id, came.tries);
        came.tries += 1;
        let status = match mood {
            0 => 500,
            1 => 429,
            _ => {
                came.taken += 1;
                200
            }
        };
        drop(ledger);
        if mood == 2 {
            // It is written down, and nobody hears of it.
            return Ok(());
        }
        write!(writer, "HTTP/1.1 {status} -\r\ncontent-length: 0\r\n\r\n")?;
    }
    Ok(())
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

/// The id and the body of the next request; nothing when the connection ends.
fn read(reader: &mut impl BufRead) -> io::Result<Option<(String, Vec<u8>)>> {
    let (mut id, mut length, mut lines) = (String::new(), 0, 0);
    loop {
        let mut line = String::new();
        if reader.take(65_536).read_line(&mut line)? == 0 || lines > 100 {
            return Ok(None);
        }
        lines += 1;
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
    Ok(Some((id, body)))
}
