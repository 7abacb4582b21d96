//! What a post says, by a map whose columns are JSON paths.

use std::sync::Arc;

use domain::fact::Raw;
use domain::reason::Code;
use domain::signal::Incoming;

use super::form;
use crate::csv::{Header, Row};
use crate::import::{BoundMap, FileMap, RowReread, RowResult};
use crate::json::path::{JsonPath, PathError};
use crate::json::{self, Json, JsonError};
use crate::reading::{BodyError, ITEM_BYTES_MAX, ITEMS_MAX, Item, ItemError, Rejected, Source};

/// The name of the format in a quarantine entry. Its bytes are JSON, of a form too.
pub const FORMAT: &str = "http-map";

/// A map bound to the paths that it names.
#[derive(Clone, Debug)]
pub struct HttpMap {
    map: Arc<FileMap>,
    header: Header,
    paths: Vec<JsonPath>,
}

/// How a body holds its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// An object, or a list of objects.
    Json,
    /// The fields of a form.
    Form,
}

impl HttpMap {
    /// Binds a map to its paths.
    pub fn new(map: FileMap) -> Result<Self, PathError> {
        let columns = map.columns();
        let header = Header::new(columns.iter().copied());
        let paths =
            columns.iter().map(|column| JsonPath::parse(column)).collect::<Result<_, _>>()?;
        drop(columns);
        Ok(Self { map: Arc::new(map), header, paths })
    }

    /// The values that the paths lead to, as cells.
    fn row(&self, json: &Json<'_>) -> Row {
        let cells: Vec<String> = self.paths.iter().map(|path| cell(&path.find(json))).collect();
        let mut row = Row::default();
        row.replace(cells.iter().map(String::as_str));
        row
    }
}

/// Several values of one path are a list.
fn cell(found: &[&Json<'_>]) -> String {
    let texts: Vec<String> = found.iter().filter_map(|value| text(value)).collect();
    texts.join(";")
}

fn text(value: &Json<'_>) -> Option<String> {
    match value {
        Json::Null => None,
        Json::Boolean(boolean) => Some(boolean.to_string()),
        Json::Integer(integer) => Some(integer.to_string()),
        Json::Decimal(decimal) => Some(decimal.to_string()),
        Json::Text(text) => Some(text.to_string()),
        Json::List(list) => Some(cell(&list.iter().collect::<Vec<_>>())),
        Json::Object(_) => Some(json::write(value)),
    }
}

/// The signals of a body. `secret` is the field that proved who sends: it is kept nowhere.
pub fn read(
    map: &HttpMap,
    shape: Shape,
    secret: Option<&str>,
    body: &[u8],
    source: Source<'_>,
) -> Result<Vec<Item>, BodyError> {
    json::check_encoding(body)?;
    if shape == Shape::Form {
        return Ok(vec![item(map, form::parse(body)?, secret, source)]);
    }
    if body.trim_ascii_start().first() != Some(&b'[') {
        return Ok(vec![document(map, body, secret, source)?]);
    }
    let mut items = Vec::new();
    for element in json::elements(body) {
        if items.len() >= ITEMS_MAX {
            return Err(BodyError::TooManyItems);
        }
        items.push(document(map, element?.1, secret, source)?);
    }
    Ok(items)
}

/// One document of a body. What is JSON and is refused is kept apart, unless the secret is in it.
fn document(
    map: &HttpMap,
    bytes: &[u8],
    secret: Option<&str>,
    source: Source<'_>,
) -> Result<Item, JsonError> {
    match json::parse(bytes, ITEM_BYTES_MAX) {
        Ok(json) => Ok(item(map, json, secret, source)),
        Err(error) if error.code == Code::Unreadable || secret.is_some() => Err(error),
        Err(error) => Ok(Err(Rejected::of(FORMAT, bytes, ItemError::from(error)))),
    }
}

/// One item of a quarantine entry again, with its repairs: by a column of the map or a field's name.
/// None where its bytes are no JSON.
pub fn one(map: &HttpMap, raw: &Raw, source: Source<'_>) -> Option<RowReread> {
    let json = json::parse(&raw.bytes, ITEM_BYTES_MAX).ok()?;
    let mut bound = bind(map);
    let mut row = map.row(&json);
    let unplaced = bound.repair(&mut row, &raw.repairs);
    let mut result = bound.read(&row);
    if let RowResult::Signal(read) = &mut result {
        of_source(&mut read.incoming, source);
    }
    Some(RowReread { result, unplaced })
}

/// What is verified is the source's to say, in the configuration.
fn of_source(incoming: &mut Incoming, source: Source<'_>) {
    incoming.source = source.name.clone();
    incoming.content.vouched = Some(source.verifies.vouches());
    for identifier in &mut incoming.content.subject {
        identifier.verified = source.verifies.has(identifier.kind);
    }
}

fn item(map: &HttpMap, mut json: Json<'_>, secret: Option<&str>, source: Source<'_>) -> Item {
    if let (Json::Object(object), Some(secret)) = (&mut json, secret) {
        object.take(secret);
    }
    if !matches!(json, Json::Object(_)) {
        let error = ItemError::field(Code::ValueUnreadable, "body", "an item is an object");
        return Err(Rejected::of(FORMAT, json::write(&json).as_bytes(), error));
    }
    settled(bind(map).read(&map.row(&json)), &json, source)
}

fn bind(map: &HttpMap) -> BoundMap<'_> {
    BoundMap::new(&map.map, &map.header, b',').expect("the header holds the columns of the map")
}

fn settled(result: RowResult, json: &Json<'_>, source: Source<'_>) -> Item {
    match result {
        RowResult::Signal(read) => {
            let mut incoming = read.incoming;
            of_source(&mut incoming, source);
            Ok(incoming)
        }
        RowResult::Quarantine(held) => {
            let raw = json::write(json).into_bytes();
            let cut = raw.len() > ITEM_BYTES_MAX;
            Err(Box::new(Rejected {
                code: held.code,
                field: held.field,
                detail: held.detail,
                raw: raw[..raw.len().min(ITEM_BYTES_MAX)].to_vec(),
                cut,
                body: held.key,
                format: FORMAT.to_owned(),
                origin: source.name.as_str().to_owned(),
                source_id: held.source_id,
            }))
        }
    }
}
