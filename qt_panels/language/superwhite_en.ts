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
        <source>Short for this backend: the last frame is repeated up to %n frame(s).</source>
        <translation>
            <numerusform>Short for this backend: the last frame is repeated up to %n frame.</numerusform>
            <numerusform>Short for this backend: the last frame is repeated up to %n frames.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n before it at {service}</source>
        <translation>
            <numerusform>%n before it at {service}</numerusform>
            <numerusform>%n before it at {service}</numerusform>
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
        <source>Start {ready} of %n clip(s)</source>
        <translation>
            <numerusform>Start {ready} of %n clip</numerusform>
            <numerusform>Start {ready} of %n clips</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Lift %n clip(s)</source>
        <translation>
            <numerusform>Lift %n clip</numerusform>
            <numerusform>Lift %n clips</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Inpaint %n clip(s)</source>
        <translation>
            <numerusform>Inpaint %n clip</numerusform>
            <numerusform>Inpaint %n clips</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Make %n clip(s) anew</source>
        <translation>
            <numerusform>Make %n clip anew</numerusform>
            <numerusform>Make %n clips anew</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Make video for %n clip(s)</source>
        <translation>
            <numerusform>Make video for %n clip</numerusform>
            <numerusform>Make video for %n clips</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Start %n clip(s)</source>
        <translation>
            <numerusform>Start %n clip</numerusform>
            <numerusform>Start %n clips</numerusform>
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
    <name>LookForm</name>
    <message numerus="yes">
        <source>More (%n changed)</source>
        <translation>
            <numerusform>More (%n changed)</numerusform>
            <numerusform>More (%n changed)</numerusform>
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
