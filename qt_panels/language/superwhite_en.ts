<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>Counts</name>
    <message numerus="yes">
        <source>%n frame(s)</source>
        <translation>
            <numerusform>%n frame</numerusform>
            <numerusform>%n frames</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s)</source>
        <translation>
            <numerusform>%n clip</numerusform>
            <numerusform>%n clips</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n HDR clip(s)</source>
        <translation>
            <numerusform>%n HDR clip</numerusform>
            <numerusform>%n HDR clips</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n job(s) before it</source>
        <translation>
            <numerusform>%n job before it</numerusform>
            <numerusform>%n jobs before it</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s) left as they are: an earlier result is in place.</source>
        <translation>
            <numerusform>%n clip left as it is: an earlier result is in place.</numerusform>
            <numerusform>%n clips left as they are: earlier results are in place.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Made in pieces, with %n seam(s)</source>
        <translation>
            <numerusform>Made in pieces, with %n seam</numerusform>
            <numerusform>Made in pieces, with %n seams</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>GoBar</name>
    <message numerus="yes">
        <source>Lift %n clip(s)</source>
        <translation>
            <numerusform>Lift %n clip</numerusform>
            <numerusform>Lift %n clips</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Lift {ready} of %n clip(s)</source>
        <translation>
            <numerusform>Lift {ready} of %n clip</numerusform>
            <numerusform>Lift {ready} of %n clips</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Head</name>
    <message numerus="yes">
        <source>{selected} of %n clip(s)</source>
        <translation>
            <numerusform>{selected} of %n clip</numerusform>
            <numerusform>{selected} of %n clips</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Strip</name>
    <message numerus="yes">
        <source>%n clip(s) selected.</source>
        <translation>
            <numerusform>%n clip selected.</numerusform>
            <numerusform>%n clips selected.</numerusform>
        </translation>
    </message>
</context>
</TS>
