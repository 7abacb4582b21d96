//! Stories of rehearsals and of the demo.

mod demo;
