package io.chancery.redis;

/** Told of every new master after it is registered, on a thread that it may keep for a while. */
@FunctionalInterface
public interface SwitchListener {

    void switched(MasterSwitch change);
}
