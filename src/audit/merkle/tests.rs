//! The tree against the reference vectors of Certificate Transparency and against the crate `ct-merkle`.

use super::*;
use crate::hash::hex;
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ct_merkle::{ConsistencyProof, InclusionProof, RootHash};
use proptest::prelude::*;

type Oracle = MemoryBackedTree<Sha256, Vec<u8>>;

/// The leaves of the reference vectors of Certificate Transparency.
const LEAVES: [&[u8]; 8] = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
];

/// The roots of their first 1, 2, ... leaves.
const ROOTS: [&str; 8] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn bodies(count: usize) -> Vec<Vec<u8>> {
    (0..count).map(|index| format!("entry {index}").into_bytes()).collect()
}

fn tree(bodies: &[Vec<u8>]) -> Tree {
    Tree::new(bodies.iter().map(|body| leaf_hash(body)).collect())
}

fn joined(path: &[Hash]) -> Vec<u8> {
    path.concat()
}

#[test]
fn the_reference_vectors() {
    assert_eq!(hex(&empty_root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    let mut frontier = Frontier::default();
    assert_eq!(frontier.root(), empty_root());
    let whole = Tree::new(LEAVES.iter().map(|leaf| leaf_hash(leaf)).collect());
    for (index, leaf) in LEAVES.iter().enumerate() {
        frontier.push(leaf_hash(leaf));
        let size = index as u64 + 1;
        assert_eq!((frontier.size(), hex(&frontier.root())), (size, ROOTS[index].to_owned()));
        assert_eq!(whole.root(size), Some(frontier.root()));
    }
    let path = |path: Option<Vec<Hash>>| path.unwrap().iter().map(|hash| hex(hash)).collect::<Vec<_>>();
    assert_eq!(
        path(whole.inclusion(0, 8)),
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ]
    );
    assert_eq!(
        path(whole.consistency(6, 8)),
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ]
    );
}

#[test]
fn proofs_that_do_not_fit_are_refused() {
    let bodies = bodies(20);
    let tree = tree(&bodies);
    let leaf = |index: usize| leaf_hash(&bodies[index]);
    let root = tree.root(20).unwrap();
    assert_eq!((tree.inclusion(20, 20), tree.inclusion(0, 21)), (None, None));
    assert_eq!((tree.consistency(21, 20), tree.consistency(0, 21), tree.root(21)), (None, None, None));
    for index in 0..20 {
        let path = tree.inclusion(index, 20).unwrap();
        let place = usize::try_from(index).unwrap();
        assert!(verify_inclusion(&leaf(place), index, 20, &path, &root));
        assert!(!verify_inclusion(&leaf((place + 1) % 20), index, 20, &path, &root));
        assert!(!verify_inclusion(&leaf(place), index, 20, &path, &tree.root(19).unwrap()));
        assert!(!verify_inclusion(&leaf(place), index, index, &path, &root));
        assert!(!verify_inclusion(&leaf(place), index, 20, &path[1..], &root));
        assert!(!verify_inclusion(&leaf(place), index, 20, &[&path[..], &[root]].concat(), &root));
    }
    for old in 1..20 {
        let path = tree.consistency(old, 20).unwrap();
        let old_root = tree.root(old).unwrap();
        assert!(verify_consistency(old, &old_root, 20, &root, &path));
        assert!(!verify_consistency(old, &root, 20, &root, &path));
        assert!(!verify_consistency(old, &old_root, 20, &old_root, &path));
        assert!(!verify_consistency(old + 20, &old_root, 20, &root, &path));
        assert!(!verify_consistency(old, &old_root, 20, &root, &path[1..]));
        assert!(!verify_consistency(old, &old_root, 20, &root, &[&path[..], &[root]].concat()));
        for place in 0..path.len() {
            let mut other = path.clone();
            other[place][7] ^= 1;
            assert!(!verify_consistency(old, &old_root, 20, &root, &other));
        }
    }
    assert!(verify_consistency(0, &empty_root(), 20, &root, &[]) && !verify_consistency(0, &root, 20, &root, &[]));
    assert!(verify_consistency(20, &root, 20, &root, &[]) && !verify_consistency(20, &root, 20, &root, &[root]));
}

#[test]
fn a_frontier_has_one_root_for_each_bit() {
    assert_eq!(Frontier::new(5, vec![empty_root()]), None);
    let mut frontier = Frontier::default();
    (0..5_u8).for_each(|byte| frontier.push(leaf_hash(&[byte])));
    assert_eq!(Frontier::new(5, frontier.roots().to_vec()), Some(frontier));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn roots_and_proofs_are_those_of_ct_merkle(count in 1_usize..200, other in 0_usize..200, place in 0_usize..200) {
        let bodies = bodies(count);
        let ours = tree(&bodies);
        let mut oracle = Oracle::new();
        bodies.iter().for_each(|body| oracle.push(body.clone()));
        let size = count as u64;
        let root = ours.root(size).unwrap();
        prop_assert_eq!(root.to_vec(), oracle.root().as_bytes().to_vec());

        let index = place % count;
        let path = ours.inclusion(index as u64, size).unwrap();
        let theirs = oracle.prove_inclusion(index);
        prop_assert_eq!(joined(&path), theirs.as_bytes());
        prop_assert!(verify_inclusion(&leaf_hash(&bodies[index]), index as u64, size, &path, &root));
        let proof = InclusionProof::try_from_bytes(joined(&path)).unwrap();
        prop_assert!(oracle.root().verify_inclusion(&bodies[index], index as u64, &proof).is_ok());

        let old = 1 + other % count;
        let path = ours.consistency(old as u64, size).unwrap();
        let theirs = oracle.prove_consistency(count - old);
        let old_root = ours.root(old as u64).unwrap();
        prop_assert_eq!(joined(&path), theirs.as_bytes());
        prop_assert!(verify_consistency(old as u64, &old_root, size, &root, &path));
        let proof = ConsistencyProof::try_from_bytes(joined(&path)).unwrap();
        let old_oracle = RootHash::<Sha256>::new(old_root.into(), old as u64);
        prop_assert!(oracle.root().verify_consistency(&old_oracle, &proof).is_ok());
    }

    #[test]
    fn a_frontier_grows_by_leaves_and_subtrees_alike(before in 0_u64..40, height in 0_u32..5, after in 0_usize..40) {
        let start = before << height;
        let total = usize::try_from(start + (1 << height)).unwrap() + after;
        let leaves: Vec<Hash> = bodies(total).iter().map(|body| leaf_hash(body)).collect();
        let mut by_leaves = Frontier::default();
        leaves.iter().for_each(|leaf| by_leaves.push(*leaf));
        let (first, rest) = leaves.split_at(usize::try_from(start).unwrap());
        let (block, last) = rest.split_at(1 << height);
        let mut by_subtree = Frontier::default();
        first.iter().for_each(|leaf| by_subtree.push(*leaf));
        by_subtree.push_subtree(Tree::new(block.to_vec()).root(block.len() as u64).unwrap(), height);
        last.iter().for_each(|leaf| by_subtree.push(*leaf));
        prop_assert_eq!(&by_leaves, &by_subtree);
        prop_assert_eq!(Some(by_leaves.root()), Tree::new(leaves).root(total as u64));
    }

    #[test]
    fn foreign_proofs_never_panic(
        index in any::<u64>(), size in any::<u64>(), old in any::<u64>(),
        path in prop::collection::vec(any::<Hash>(), 0..70), root in any::<Hash>(),
    ) {
        prop_assert!(!verify_inclusion(&root, index, size, &path, &root) || size == 1);
        let _ = verify_consistency(old, &root, size, &root, &path);
    }
}
