/**
 * Durable keys and values with one revision per transaction: commit, read, watch, history. The model is etcd's, made
 * small, so that every implementation passes the same contract.
 */
@ApplicationModule(allowedDependencies = "model")
@NullMarked
package io.chancery.store;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
