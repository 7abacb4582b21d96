use axum::http::Uri;

use super::{Query, escape_query};

#[test]
fn an_address_is_escaped_into_a_query() {
    assert_eq!(escape_query("/h/1?a=b&c=d e"), "/h/1%3Fa%3Db%26c%3Dd%20e");
}

#[test]
fn a_plus_sign_is_a_space_in_what_a_form_wrote_and_itself_in_the_api() {
    let uri: Uri = "/audit?by=Ruth+Abrams&to=ada%2Btag".parse().expect("an address");
    let text = |query: &Query<'_>, name: &str| query.text(name).expect("text").expect("there");
    let page = Query::of_page(&uri, &["by", "to"]).expect("both are known");
    assert_eq!((text(&page, "by"), text(&page, "to")), ("Ruth Abrams".into(), "ada+tag".into()));
    let api = Query::of(&uri, &["by", "to"]).expect("both are known");
    assert_eq!((text(&api, "by"), text(&api, "to")), ("Ruth+Abrams".into(), "ada+tag".into()));
}
