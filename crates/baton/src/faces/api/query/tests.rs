use super::escape_query;

#[test]
fn an_address_is_escaped_into_a_query() {
    assert_eq!(escape_query("/h/1?a=b&c=d e"), "/h/1%3Fa%3Db%26c%3Dd%20e");
}
