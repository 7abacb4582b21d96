//! `baton import`: people's own files into the journal, by a map.

mod built_in;
mod dry_run;
pub(super) mod files;
mod troubles;
mod undo;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use connectors::import::{ImportMap, RowRead, RowResult};
use domain::reason::Code;
use domain::{ImportId, Moment, Span};
use rustc_hash::FxHashMap;
use serde::Serialize;

use self::files::{Open, contents_of, map_text, open_all, read_map, refused};
use self::troubles::Troubles;

use super::call::Call;
use super::ending::{Ending, Failure};
use super::take_turns::{Turned, settle, take_turns};
use super::terminal::TextStyle;
use super::text::{columns, count, counted, thousands};
use crate::local::imports::import_id;
use crate::local::packed::{Packed, Rows};
use crate::local::request::{ImportTally, ImportTold, Tally};
use crate::local::row_groups::RowGroups;
use crate::local::{Executor, Request, Response};
use crate::runtime::clock;
use crate::service::kept_maps;
use crate::service::read::imports::undone_imports;
use crate::service::under_way::UnderWay;

/// Import your own files
///
/// Every row becomes a signal, a duplicate or a quarantine entry. Rows that are known already are
/// duplicates, so that an import which was interrupted is simply run again. `baton imports` lists them.
#[derive(Args)]
#[command(after_help = "Examples:
  baton import --maps
  baton import --map hubspot-contacts --dry-run hubspot-crm-exports.csv
  baton import --map maps/crm.yaml leads.csv deals.csv
  baton import --map maps/crm.yaml exports/*.csv --json
  baton import undo i-7f3a --dry-run")]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    verb: Option<Verb>,
    /// What the columns of the files mean: a file, or the name of a map that is built in
    #[arg(long, value_name = "MAP.yaml", required_unless_present = "maps")]
    map: Option<PathBuf>,
    /// List the maps that are built in, or print the one of this name
    #[arg(long, value_name = "NAME", num_args = 0..=1, default_missing_value = "",
        conflicts_with_all = ["map", "dry_run", "files"])]
    maps: Option<String>,
    /// Show how the first rows are read and what looks odd, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// How many rows of each file a dry run shows
    #[arg(long, value_name = "N", default_value_t = 3, requires = "dry_run",
        value_parser = clap::value_parser!(u32).range(0..=1_000))]
    rows: u32,
    /// The files, imported in this order
    #[arg(required_unless_present = "maps", value_name = "FILE")]
    files: Vec<PathBuf>,
}

#[derive(Subcommand)]
enum Verb {
    Undo(undo::Arguments),
}

/// What is printed.
#[derive(Serialize)]
struct Report {
    import: ImportId,
    read: u64,
    accepted: u64,
    duplicates: u64,
    quarantined: u64,
    seconds: f64,
}

pub(super) fn run(arguments: &Arguments, call: &Call) -> Result<Ending, Failure> {
    if let Some(Verb::Undo(arguments)) = &arguments.verb {
        return undo::run(arguments, call);
    }
    if let Some(name) = &arguments.maps {
        return built_in::run(name, call);
    }
    let began = clock::now();
    let path = arguments.map.as_deref().unwrap_or(Path::new(""));
    let text = map_text(path)?;
    let map = read_map(path, &text, call)?;
    let files = open_all(&map, &arguments.files)?;
    if arguments.dry_run {
        return dry_run::run(&map, files, arguments.rows, call);
    }
    let contents = contents_of(&arguments.files, began)?;
    let mut executor = call.executor()?;
    let named: Vec<(&str, &[u8; 32])> =
        files.iter().map(|open| open.rows.name()).zip(&contents).collect();
    let id = import_id(&text, &named, &undone_imports(&call.reader()?)?);
    executor.ask(Request::KeepMap { text: text.clone() }, began)?;
    // For as long as this process lives: `baton imports` tells what runs from what was killed. Where it
    // cannot be said, the import goes on all the same.
    let _under_way = UnderWay::begin(&call.data, id);
    let told = ImportTold {
        import: id,
        source: map.source.as_str().to_owned(),
        map: kept_maps::name_of(&text),
        files: u32::try_from(files.len()).unwrap_or(u32::MAX),
        rows: None,
        names: Vec::new(),
        by: None,
    };
    let begun = ImportTold { names: names_of(path, &files), ..told.clone() };
    executor.ask(Request::RecordImport(begun), began)?;
    let mut import = Import::new(id, kept_maps::name_of(&text), &map, &files);
    {
        let progress = call.terminal.progress("reading", import.bytes);
        for open in files {
            import.file(open, &mut executor, |import, bytes| {
                progress.at(bytes, || import.says(began));
            })?;
        }
    }
    let ended = ImportTold { rows: Some(import.rows()), ..told };
    executor.ask(Request::RecordImport(ended), clock::now())?;
    let turned = take_turns(&mut executor, &call.terminal)?;
    let server = executor.is_server();
    executor.close()?;
    let report = import.report(clock::now() - began);
    import.warn(call);
    if call.terminal.json {
        if turned.waiting > 0 {
            call.terminal.aside(&still_waiting(&turned));
        }
        call.terminal.json(&report)?;
    } else {
        tell(&report, arguments.files.len(), &turned, server, call)?;
    }
    Ok(Ending::Done)
}

/// The names of the map and of the files, as people know them.
fn names_of(map: &Path, files: &[Open<'_>]) -> Vec<String> {
    let map = map.file_name().unwrap_or(map.as_os_str()).to_string_lossy().into_owned();
    std::iter::once(map).chain(files.iter().map(|open| open.rows.name().to_owned())).collect()
}

/// An import that is under way.
struct Import<'m> {
    id: ImportId,
    map_name: String,
    map: &'m ImportMap,
    tally: Tally,
    read: u64,
    /// Bytes of all files.
    bytes: u64,
    /// Bytes of files that are done.
    done: u64,
    /// Rows whose id looks like a number that a spreadsheet shortened.
    mangled: u64,
    /// What was to be said of rows that were taken all the same.
    findings: FxHashMap<Code, u64>,
    /// What could not be read, with the first value of each kind.
    troubles: Troubles,
    /// Rows that say they happen later than tomorrow: how many, and where the first is.
    ahead: Option<(u64, String)>,
    /// When it began.
    began: Moment,
    settled: Moment,
}

impl<'m> Import<'m> {
    fn new(id: ImportId, map_name: String, map: &'m ImportMap, files: &[Open<'_>]) -> Self {
        Self {
            id,
            map_name,
            map,
            tally: Tally::default(),
            read: 0,
            bytes: files.iter().map(|open| open.bytes).sum(),
            done: 0,
            mangled: 0,
            findings: FxHashMap::default(),
            troubles: Troubles::default(),
            ahead: None,
            began: clock::now(),
            settled: clock::now(),
        }
    }

    /// Takes a file in, a group of rows at a time.
    fn file(
        &mut self,
        open: Open<'_>,
        executor: &mut Executor,
        mut each: impl FnMut(&Self, u64),
    ) -> Result<(), Failure> {
        let (source, map) = (self.map.source.clone(), self.map_name.clone());
        let mut groups = RowGroups::new(open.rows, source, map);
        let name = groups.name().to_owned();
        while let Some(rows) = groups.next_group(|row| self.look(row, &name)).map_err(refused)? {
            self.send(rows, executor)?;
            each(self, self.done + groups.bytes_read());
        }
        self.done += open.bytes;
        Ok(())
    }

    fn look(&mut self, row: &RowResult, file: &str) {
        self.read += 1;
        match row {
            RowResult::Signal(read) => {
                self.mangled += u64::from(read.id_mangled);
                self.look_at_time(read, file);
                if !read.findings.is_empty() {
                    self.note(read, file);
                }
            }
            RowResult::Quarantine(held) => self.troubles.held(held, file),
        }
    }

    /// Notes a row that happens in the future, as a dry run does.
    fn look_at_time(&mut self, read: &RowRead, file: &str) {
        let occurred = read.incoming.content.occurred;
        if let Some(occurred) = occurred.filter(|occurred| *occurred > self.began + Span::DAY) {
            let first = || format!("{file} line {}: `{occurred}`", read.line);
            self.ahead.get_or_insert_with(|| (0, first())).0 += 1;
        }
    }

    /// What is to be said of a row that is taken all the same.
    fn note(&mut self, read: &RowRead, file: &str) {
        self.troubles.left_out(read, file);
        let left_out = |code| read.left_out.iter().any(|fault| fault.code == code);
        for finding in read.findings.iter().filter(|finding| !left_out(finding.code)) {
            *self.findings.entry(finding.code).or_default() += 1;
        }
    }

    fn send(&mut self, rows: Rows, executor: &mut Executor) -> Result<(), Failure> {
        let now = clock::now();
        let request = Request::Rows { import: self.id, rows: Packed(rows) };
        if let Response::Rows(tally) = executor.ask(request, now)? {
            self.tally.add(tally);
        }
        settle(executor, &mut self.settled, now)
    }

    fn says(&self, began: Moment) -> String {
        let seconds = seconds(clock::now() - began).max(0.001);
        let rate = (self.read as f64 / seconds) as u64;
        let quarantined = thousands(self.tally.quarantined);
        format!(
            "{} rows, {} a second, {quarantined} quarantined",
            thousands(self.read),
            thousands(rate)
        )
    }

    /// What became of its rows.
    fn rows(&self) -> ImportTally {
        let Tally { accepted, duplicates, quarantined, .. } = self.tally;
        ImportTally { read: self.read, accepted, duplicates, quarantined }
    }

    fn report(&self, took: domain::Span) -> Report {
        Report {
            import: self.id,
            read: self.read,
            accepted: self.tally.accepted,
            duplicates: self.tally.duplicates,
            quarantined: self.tally.quarantined,
            seconds: seconds(took),
        }
    }

    /// Says what somebody should look at.
    fn warn(&self, call: &Call) {
        if self.mangled > 0 {
            call.terminal.warn(&format!(
                "{} an id like `1E+05`: a spreadsheet shortened it; export again with ids as text",
                counted(self.mangled, "row has", "rows have")
            ));
        }
        if let Some((rows, first)) = &self.ahead {
            let rows = counted(*rows, "row happens", "rows happen");
            call.terminal.warn(&format!("{rows} in the future, first in {first}"));
            call.terminal.aside("  = help: look at the `formats` and the `zone` of the map's time");
        }
        self.troubles.tell(call);
        let mut findings: Vec<_> = self.findings.iter().collect();
        findings.sort();
        for (code, rows) in findings {
            call.terminal.warn(&format!("{}: {} [{code}]", count(*rows, "row"), code.says()));
        }
        if self.tally.unfit > 0 {
            call.terminal.warn(&format!(
                "{} no handoff as it stands, and changed none",
                counted(self.tally.unfit, "outcome or debrief fits", "outcomes or debriefs fit")
            ));
        }
    }
}

/// Seconds with three places.
fn seconds(span: domain::Span) -> f64 {
    (span.0.max(0) as f64 / 1_000.0).round() / 1_000.0
}

/// What keeps signals from their turn, and what to do.
fn still_waiting(turned: &Turned) -> String {
    let says = counted(turned.waiting, "signal waits", "signals wait");
    format!("{says} for a strategy (no-strategy): `baton apply DIR` takes them through it")
}

fn tell(
    report: &Report,
    files: usize,
    turned: &Turned,
    server: bool,
    call: &Call,
) -> Result<(), Failure> {
    let terminal = &call.terminal;
    let rate = (report.read as f64 / report.seconds.max(0.001)) as u64;
    terminal.line(&format!(
        "{} from {} in {:.1} s, {} a second",
        count(report.read, "row"),
        count(files as u64, "file"),
        report.seconds,
        thousands(rate)
    ))?;
    let row = |name: &str, number: u64, says: &str| {
        vec![format!("  {name}"), thousands(number), says.to_owned()]
    };
    let held = if report.quarantined > 0 { "see `baton quarantine list`" } else { "" };
    let rows = [
        row("accepted", report.accepted, ""),
        row("duplicates", report.duplicates, ""),
        row("quarantined", report.quarantined, held),
    ];
    for line in columns(&rows, &[1]) {
        terminal.line(&line)?;
    }
    if server {
        terminal.line("the server takes them through the strategy")?;
    } else if turned.waiting > 0 {
        terminal.line(&still_waiting(turned))?;
    } else if turned.taken > 0 {
        terminal.line(&format!(
            "{} went through the strategy{}",
            count(turned.taken, "signal"),
            turned.decisions().map_or_else(String::new, |says| format!(": {says}"))
        ))?;
    }
    terminal.line(&terminal.styled(TextStyle::Dim, &report.import.to_string()))?;
    Ok(())
}
