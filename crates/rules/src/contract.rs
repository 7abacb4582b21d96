//! Contracts: what must hold at a seam.
