//! What was set aside beside what was written: which rows are missing, stray or different.

use domain::errand::Wake;
use domain::{AccountId, DeliveryId, HandoffId, QuarantineId};
use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::sheets::{SHEETS, Sheet};
use crate::error::StoreError;

/// Places that are named of each table.
const NAMED: i64 = 20;

/// What was not in a table as the journal says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Differences {
    /// Which table.
    pub table: &'static str,
    /// How many rows it has, as the journal says.
    pub rows: u64,
    /// Rows that follow from the journal and were not there.
    pub missing: u64,
    /// Rows that were there and follow from nothing in the journal.
    pub stray: u64,
    /// Rows that were there and said something else.
    pub different: u64,
    /// Some of the rows: which, and what is wrong with them. Never personal data.
    pub places: Vec<(String, String)>,
}

impl Differences {
    /// Whether the table was as the journal says.
    pub const fn is_none(&self) -> bool {
        self.missing == 0 && self.stray == 0 && self.different == 0
    }
}

/// Copies each table aside, and empties those that are written anew.
pub(super) fn set_aside(db: &Connection) -> Result<(), StoreError> {
    for Sheet { table, keys, emptied, .. } in &SHEETS {
        let keys = keys.join(", ");
        db.execute_batch(&format!(
            "CREATE TEMP TABLE before_{table} AS SELECT * FROM main.{table}; \
             CREATE INDEX temp.before_{table}_keys ON before_{table} ({keys});"
        ))?;
        if *emptied {
            db.execute_batch(&format!("DELETE FROM main.{table}"))?;
        }
    }
    Ok(())
}

/// Forgets what was set aside.
pub(super) fn drop_aside(db: &Connection) -> Result<(), StoreError> {
    for Sheet { table, .. } in &SHEETS {
        db.execute_batch(&format!("DROP TABLE temp.before_{table}"))?;
    }
    Ok(())
}

/// Compares each table with what was set aside.
pub(super) fn differences(db: &Connection) -> Result<Vec<Differences>, StoreError> {
    SHEETS.iter().map(|sheet| differences_of(db, sheet)).collect()
}

fn differences_of(db: &Connection, sheet: &Sheet) -> Result<Differences, StoreError> {
    let Sheet { table, keys, order, .. } = sheet;
    let same = |column: &&str| format!("b.{column} IS t.{column}");
    let joined = keys.iter().map(same).collect::<Vec<_>>().join(" AND ");
    let told =
        |column: &String| !keys.contains(&column.as_str()) && !order.contains(&column.as_str());
    let columns: Vec<String> = columns(db, table)?.into_iter().filter(told).collect();
    let (now, before) = (format!("main.{table}"), format!("temp.before_{table}"));
    let absent = |from: &str, other: &str| {
        format!("FROM {from} AS t WHERE NOT EXISTS (SELECT 1 FROM {other} AS b WHERE {joined})")
    };
    let (missing, stray) = (absent(&now, &before), absent(&before, &now));
    let mut found = Differences {
        table,
        rows: count(db, &format!("FROM {now}"))?,
        missing: count(db, &missing)?,
        stray: count(db, &stray)?,
        different: 0,
        places: Vec::new(),
    };
    name(db, sheet, &missing, "it is not there", &mut found)?;
    name(db, sheet, &stray, "nothing in the journal leads to it", &mut found)?;
    let differs = |column: &String| format!("b.{column} IS NOT t.{column}");
    if columns.is_empty() {
        return Ok(found);
    }
    let any = columns.iter().map(differs).collect::<Vec<_>>().join(" OR ");
    let different = format!("FROM {now} AS t JOIN {before} AS b ON {joined} WHERE {any}");
    found.different = count(db, &different)?;
    for column in &columns {
        let differs = differs(column);
        let of_column = format!("FROM {now} AS t JOIN {before} AS b ON {joined} WHERE {differs}");
        name(db, sheet, &of_column, &format!("its `{column}` is another"), &mut found)?;
    }
    Ok(found)
}

fn columns(db: &Connection, table: &str) -> Result<Vec<String>, StoreError> {
    let mut statement = db.prepare("SELECT name FROM pragma_table_info(?1)")?;
    let names = statement.query_map([table], |row| row.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}

fn count(db: &Connection, from: &str) -> Result<u64, StoreError> {
    let counted: i64 = db.query_row(&format!("SELECT count(*) {from}"), [], |row| row.get(0))?;
    Ok(counted.unsigned_abs())
}

/// Names some of the rows that a condition selects.
fn name(
    db: &Connection,
    sheet: &Sheet,
    from: &str,
    says: &str,
    found: &mut Differences,
) -> Result<(), StoreError> {
    let left = NAMED - found.places.len() as i64;
    let mut statement = db.prepare(&format!("SELECT {} {from} LIMIT ?1", sheet.place))?;
    let mut rows = statement.query([left.max(0)])?;
    while let Some(row) = rows.next()? {
        found.places.push((place(sheet.table, row.get_ref(0)?), says.to_owned()));
    }
    Ok(())
}

/// A row by what people call it.
fn place(table: &str, value: ValueRef<'_>) -> String {
    let bytes = match value {
        ValueRef::Text(text) => return String::from_utf8_lossy(text).into_owned(),
        ValueRef::Blob(bytes) => bytes,
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => return table.to_owned(),
    };
    if table == "timers" {
        return match minicbor::decode::<Wake>(bytes) {
            Ok(wake) => format!("{wake:?}"),
            Err(_) => "a timer that cannot be read".to_owned(),
        };
    }
    let Ok(id) = bytes.try_into() else { return table.to_owned() };
    match table {
        "handoffs" => HandoffId::from_bytes(id).to_string(),
        "outbox" => DeliveryId::from_bytes(id).to_string(),
        "entries" => QuarantineId::from_bytes(id).to_string(),
        _ => AccountId::from_bytes(id).to_string(),
    }
}
