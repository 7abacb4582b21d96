//! Reading CSV cell by cell.
