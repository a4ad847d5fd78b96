package org.rescuekey.plan.layout;

/**
 * Which sizes a partition can get by hand.
 *
 * @param number its number
 * @param label what a user knows it by
 * @param nowBytes what it has
 * @param smallestBytes the least that it can get
 * @param largestBytes the most, if all others get the least that they can
 * @param whyFixed why it can only keep its size; empty if it can change
 */
public record SizeRange(
        int number, String label, long nowBytes, long smallestBytes, long largestBytes, String whyFixed) {}
