"""What people might text who need help: invented. Tired, frightened, old, in a hurry,
with the spelling that goes with it.

Those in other languages were written before the phrases that find them. The English
ones came in four lots, each written without a look at the phrases. Of the first 92,
three were missed; of the next 81, 33; then of 64, 33; and of the last 57, nine. What
was missed is found now, so this list no longer tells how much is missed in life.
"""

CRIES = {
    "en": {
        "self_harm": """
            I want to die
            i dont wanna live anymore
            Just let me die please
            there is no point in living now my wife is gone
            im going to kill myself tonight
            Thinking about ending my life
            iv took all my tablets
            everyone would be better off without me
            i feel suisidal and nobody listens
            Been cutting myself again in the toilets
            wish i was dead
            I cannot go on like this
            my son says he will hang himself if you send him home
            cant see the point of living anymore
            KILLING MY SELF
            I DON’T WANT TO WAKE UP TOMORROW
            dont want to live
            wud rather not be here no more
            i am thinking of ending things
            whats the point of going on
            i keep thinking about jumping off the car park
            nothing left for me, want to go to sleep and not wake up
            my daughter has taken an overdose
            i have a plan to kill meself
            pls let me go i dont want no more treatment just want to die
            he keeps saying he wants to kill himself
            scratched my wrists with a plastic knife
            i feel like doing myself in
            no one would miss me if i was gone
            i want it all to stop
            ive been hoarding my pills
            I've decided I'm going to do it tonight
            please help me end it
            theres no future for me
            cant do this any more
            i look at the window and think about it
            if i go home ill finish it
            grandad said he wants putting down
            I want to be with my Jim he died last year
            im done with life
            she has been cutting again
            took 40 paracetamol
            life isnt worth it
            i dont see why i should keep living
            wish id never woke up from the operation
            thinking of taking an overdose
            my life is over
            I tried to strangle myself with the call cord
            I'm going to jump
            just want it finished
            i am no use to anyone id rather be gone
            he told me he wants to end his life
            cut my wrists last nite
            i want to go to sleep forever
        """,
        "abuse": """
            nurse hti me
            the porter was inapropriate with me
            Dad was pushed over by staff
            the nurse hit me
            A male carer slapped my mother
            he grabed my arm so hard its black
            one of the night staff touches me where she shouldnt
            somebody stole my purse out the locker
            They shouted at me for wetting the bed
            the man in the next bed punched me in the face
            my husband hurts me and i am going home to him
            she threatend to tie me up
            I have been raped
            please dont send me home he will kill me
            The porter was rough with me and threw me on the bed
            Dad has bruises all over his arms and says a nurse did it
            im scared of my son
            she pinches me when no one is looking
            healthcare assistant was hitting the old lady opposite
            my money has gone from my bag
            The nurse called me a stupid old cow and hit my hand
            i was held down and injected
            He put his hand up my nightie
            a nurse smacked me round the head
            my arm is bruised where they gripped me
            the HCA yanked me out of bed by my hair
            one of the men came into my bed at night
            my carer takes my pension money
            The doctor examined me without asking and touched my breasts
            im frightened to go home to my partner
            staff laugh at me and call me fatty
            she said if i told anyone shed hurt me
            they forced the tube down my throat while i was crying
            patient in bed 3 keeps hitting people
            My son takes my bank card
            the security guard kneeled on my back
            my mum got shouted at for asking for the loo
            he wont let me leave the house
            someone has been in my bag and taken £40
            she threw the tablets at me
            nurse slaped my hand away
            staff nurse pushed mum over
            she yanked the blanket off and hit my legs
            My wife was smacked by a carer
            he puts his fingers inside me
            my boyfriend beats me up
            someone keeps coming in my room at night and touching
            the lady in bed 2 spat in my face
            my nephew has emptied my bank account
            called my husband a waste of space and threw his dinner
            they tied her hands to the rail
            the doctor grabbed me by the throat
            i was raped last night
            he has been hurting my grandson
            the bank nurse slapped my dads face
            one of the carers is stealing from us
            he twisted my arm up my back
            someone touched my privates in the night
            my daughter in law hits me
            they were so rough i cried and have bruises
            nurse shouted in my face
            she pulled my hair
            I dont feel safe with that man
            he forced himself on me
            staff swore at my nan
            wife is frightened of one of the night nurses
        """,
        "emergency": """
            cant breathe
            I cant breeth and nobody is coming
            got terrible pain in my chest
            My chest hurts and my left arm is numb
            im bleeding from my stitches it wont stop
            mum has fell out of bed and shes on the floor
            he is having a seizure
            I have fallen and cant get up
            allergic to penicillin and they have just given it me
            my throat is closing up
            husband has collapsed in bay 4
            I think im having a stroke
            the lady next to me isnt breathing
            passed out in the shower
            coughing up blood
            my baby is choking
            She has gone blue
            come quick he has stopped breathing
            i fell this morning banged my head
            i think im dying
            my heart is going like mad and im sweating and dizzy
            cant get my breath
            blood coming through the bandage
            dad just keeled over
            my drip has come out and theres blood everywhere
            her lips have gone blue
            I cant feel my legs
            swelled up after the antibiotic cant swallow
            pain in my chest going down my arm
            fell getting out the bath
            my mum had a fit
            cannot breath properly
            my waters have gone
            everything going black
            she wont wake up
            i have took a bad turn please send dr
            dont feel right cant breathe proper
            gran not responding
            blood in my wee and fever
            choking
            his chest is hurting bad
            reaction to the drip im all itchy and cant breathe
            mums on the floor
            husband fitting
            i slipped in the bathroom and hurt my hip
            passed out twice
            my face has gone numb one side
            cant stop bleeding
            having a heart attack i think
            i cant brethe
            my left side has gone weak and my speech is funny
            pt in next bed has collapsed
            blood pouring out my nose wont stop
            tight band round my chest
            ive fallen in the toilet
            took penicillin and my tongue is swelling
            seizures since 4 am
            nan is unconscious
            he is choking on his dinner
            baby isnt moving
            my wound has opened up
        """,
        "neglect": """
            I am held here against my will
            left in my own mess all night
            ive been sat in a wet pad since 6
            Nobody comes when I press the bell
            no food or water all day
            They have given me the wrong tablets
            mum was lying in her own urine when we got here
            rang the buzzer for 2 hours no one came
            my father has bedsores down to the bone
            I am locked in my room
            nobody has given me a drink since yesterday
            not been washed for 5 days
            she was begging for water
            i wet myself because nobody took me to the toilet
            They took my buzzer away
            left on the commode for an hour
            had no pain relief since the operation
            Starving. havent eaten since sunday
            my dressing has not been changed all week and it smells
            no one has been to see me since last night
            i asked for the toilet and they said go in the pad
            my mum hasnt been fed
            left me on the bedpan
            they gave me someone elses tablets
            my call bell is out of reach
            havent had a wash since i came in
            hes got a hole in his back from lying there
            been in pain all night and they wont give me anything
            sitting in my own wee
            they keep forgetting my insulin
            door is locked and i cant get out
            left on a trolley in a corridor 19 hours
            dry mouth no water within reach
            they ignore me when i call out
            buzzer been going 40 mins
            my nan is laying in filth
            nobody has changed my bed
            been waiting 5 hrs for pain killers
            they forgot to feed dad
            no one answers the bell
            given my neighbours pills by mistake
            wet through and freezing
            hasnt had a drink all day
            put me in a chair and left me there till night
            still not had my tablets
            they wont take me to the toilet
            skin on my heels has broken down
            door locked from the outside
            crying for water all night
            my mum has had nothing to eat for two days
            nobody came to turn me so i got a sore
            pressed buzzer for 1 hour soaking wet
            they gave me the wrong injection
            no one has washed him since monday
            sat in poo for 3 hours
            they left my water where i cant reach it
            i am so thirsty
            my husbands insulin was missed twice
            shut in a side room and no one comes
            found my dad freezing with no blanket
            crying out for pain relief no one came
        """,
        "help": """
            help me
            HELP
            heeelp
            please help
            Help!!!
            plz help me im on ward 7
            someone help
            SOS
            can somebody come please
            save me
            call the police
            i need help now
            for gods sake help us
            help my mum
            Get me out of here
            phone 999
            h e l p
            Hello. Help. I am in bed 4
            can anyone help me
            i need someone now
            someone please come to bay 2
            help im scared
            need to talk to someone urgently
            please please help
            get me a doctor
            call my daughter please
            i am in danger
            HELP ME PLEASE SOMEBODY
            ring the police now
            omg help
            hlp
            i really need some help
            nurse!! help!!
            HELP MEEE
            please somebody
            help nurse
            i need somebody to come now
            get the police
            can someone ring my son
            im begging you help me
            s.o.s
            plz send sum1
            help!! bed 9
            I need to get out of here
            save my mum
            help me please
            someone get help
            please help my wife
            call an ambulance
            sos bed 12
            i need help quick
            can you send the police
            im not safe help
            anyone there? help
            pls come now
            save us
        """,
    },
    "cy": {
        "self_harm": """
            dwi isio marw
            Rwyf eisiau marw
            fi moyn lladd fy hun
            does dim pwynt byw
            dw i ddim eisiau byw rhagor
            meddwl am hunanladdiad
        """,
        "abuse": """
            mae'r nyrs wedi fy nharo
            nath y nyrs fwrw fi
            Roedd y gofalwr yn gweiddi arna i
            mae rhywun wedi dwyn fy mhwrs
            mae fy ngŵr yn fy mrifo
            cyffwrdd â fi mewn ffordd anweddus
            nes i gael fy slapio gan un o'r staff
        """,
        "emergency": """
            dwi methu anadlu
            poen ofnadwy yn fy mrest
            dwi'n gwaedu
            mae mam wedi syrthio
            Nes i gwympo allan o'r gwely
            mae o'n cael ffit
            alergedd i penisilin a dwi wedi chwyddo
        """,
        "neglect": """
            neb yn dod pan dwi'n canu'r gloch
            cefais fy ngadael mewn gwely gwlyb
            dim bwyd na dŵr drwy'r dydd
            y feddyginiaeth anghywir
            dwi wedi fy nghloi yn fy ystafell
            mae gan dad ddoluriau gwasgu
        """,
        "help": """
            helpwch fi
            Helpa fi plis
            dwi angen help nawr
            galwch yr heddlu
            achubwch fi
            plis helpwch
        """,
    },
    "pl": {
        "self_harm": """
            chcę umrzeć
            nie chce mi sie zyc
            Nie chcę już żyć
            zabije sie
            mysle o samobojstwie
            po co ja mam żyć
            tnę się
        """,
        "abuse": """
            pielęgniarka mnie uderzyła
            pielegniarka uderzyla moja mame
            opiekun mnie bije
            lekarz krzyczał na mnie
            ktos ukradl mi portfel
            dotykał mnie w intymne miejsca
            boje sie meza
            szarpali mnie za rękę
        """,
        "emergency": """
            nie mogę oddychać
            nie moge zlapac oddechu
            boli mnie w klatce piersiowej
            krwawię i nie przestaje
            mama upadła i nie wstaje
            spadłem z łóżka
            on ma atak padaczki
            mam uczulenie na penicyline
        """,
        "neglect": """
            leżę w mokrym łóżku od rana
            nikt nie przychodzi jak dzwonię
            nie dostałam nic do jedzenia
            podali mi zły lek
            babcia ma odleżyny
            zostawili mnie w kupie
            zamkneli mnie w pokoju
        """,
        "help": """
            pomocy
            POMOCY!!!
            pomóżcie mi
            proszę o pomoc szybko
            niech ktos mi pomoze
            ratunku
            zadzwońcie na policję
        """,
    },
    "ro": {
        "self_harm": """
            vreau să mor
            nu mai vreau sa traiesc
            o sa ma omor
            mă gândesc la sinucidere
            nu mai are rost să trăiesc
            imi vine sa ma sinucid
        """,
        "abuse": """
            asistenta m-a lovit
            o infirmiera a batut-o pe mama
            m-a palmuit
            cineva mi-a furat banii
            doctorul a țipat la mine
            m-a atins unde nu trebuia
            mi-e frică de soțul meu
            ma bate acasa
        """,
        "emergency": """
            nu pot sa respir
            ma doare in piept
            am durere în piept
            sangerez foarte tare
            mama a căzut din pat
            sunt alergică la penicilină
            a lesinat
            face o criză de epilepsie
        """,
        "neglect": """
            stau în pat ud de azi noapte
            nimeni nu vine când sun
            nu mi-au dat mâncare
            nu am primit apa toata ziua
            mi-au dat medicamentul greșit
            tata are escare
            m-au încuiat în cameră
        """,
        "help": """
            ajutor
            AJUTOR va rog
            ajutați-mă
            ajuta-ma te rog
            sunati la politie
            salvați-mă
            am nevoie de ajutor acum
        """,
    },
    "ur": {
        "self_harm": """
            میں مرنا چاہتا ہوں
            مجھے مرنا ہے
            میں جینا نہیں چاہتی
            خودکشی کر لوں گا
            main marna chahta hoon
            mujhe jeena nahi hai
            اپنی جان لے لوں گی
        """,
        "abuse": """
            نرس نے مجھے مارا
            نرس نے میری ماں کو تھپڑ مارا
            میرا شوہر مجھے مارتا ہے
            ڈاکٹر مجھ پر چلایا
            کسی نے میرے پیسے چوری کر لیے
            اس نے مجھے غلط جگہ چھوا
            nurse ne mujhe mara
            mera shohar mujhe maarta hai
        """,
        "emergency": """
            سانس نہیں آ رہی
            مجھ سے سانس نہیں لیا جا رہا
            سینے میں بہت درد ہے
            خون بہہ رہا ہے
            امی گر گئی ہیں
            دورہ پڑ گیا ہے
            saans nahi aa rahi
            mere seene mein dard hai
        """,
        "neglect": """
            کوئی نہیں آتا
            گیلے بستر میں پڑا ہوں
            کھانا نہیں دیا
            پانی نہیں ملا صبح سے
            غلط دوا دے دی
            مجھے کمرے میں بند کر دیا
            koi nahi aata ghanti bajane par
        """,
        "help": """
            مدد کریں
            میری مدد کرو
            بچاؤ
            مجھے بچا لو
            پولیس کو بلاؤ
            meri madad karo
            madad
        """,
    },
    "pa": {
        "self_harm": """
            ਮੈਂ ਮਰਨਾ ਚਾਹੁੰਦਾ ਹਾਂ
            ਮੈਂ ਜੀਣਾ ਨਹੀਂ ਚਾਹੁੰਦੀ
            ਖੁਦਕੁਸ਼ੀ ਕਰ ਲਵਾਂਗਾ
            main marna chaunda haan
            ਹੁਣ ਜੀਉਣ ਦਾ ਕੋਈ ਫਾਇਦਾ ਨਹੀਂ
        """,
        "abuse": """
            ਨਰਸ ਨੇ ਮੈਨੂੰ ਮਾਰਿਆ
            ਉਹ ਮੈਨੂੰ ਕੁੱਟਦਾ ਹੈ
            ਨਰਸ ਨੇ ਮੇਰੀ ਮਾਂ ਨੂੰ ਥੱਪੜ ਮਾਰਿਆ
            ਕਿਸੇ ਨੇ ਮੇਰੇ ਪੈਸੇ ਚੋਰੀ ਕਰ ਲਏ
            ਡਾਕਟਰ ਮੇਰੇ ਤੇ ਚੀਕਿਆ
            nurse ne mainu maareya
        """,
        "emergency": """
            ਸਾਹ ਨਹੀਂ ਆ ਰਿਹਾ
            ਛਾਤੀ ਵਿੱਚ ਦਰਦ ਹੈ
            ਖੂਨ ਵਗ ਰਿਹਾ ਹੈ
            ਮਾਂ ਡਿੱਗ ਪਈ
            ਮੇਰੇ ਪਤੀ ਨੂੰ ਦੌਰਾ ਪਿਆ
            saah nahi aa riha
        """,
        "neglect": """
            ਕੋਈ ਨਹੀਂ ਆਉਂਦਾ
            ਗਿੱਲੇ ਬਿਸਤਰੇ ਵਿੱਚ ਪਿਆ ਹਾਂ
            ਖਾਣਾ ਨਹੀਂ ਦਿੱਤਾ
            ਪਾਣੀ ਨਹੀਂ ਮਿਲਿਆ
            ਗਲਤ ਦਵਾਈ ਦਿੱਤੀ
            ਕਮਰੇ ਵਿੱਚ ਬੰਦ ਕਰ ਦਿੱਤਾ
        """,
        "help": """
            ਮਦਦ ਕਰੋ
            ਮੇਰੀ ਮਦਦ ਕਰੋ ਜੀ
            ਬਚਾਓ
            ਪੁਲਿਸ ਨੂੰ ਬੁਲਾਓ
            meri madad karo
        """,
    },
    "bn": {
        "self_harm": """
            আমি মরতে চাই
            আমি আর বাঁচতে চাই না
            আত্মহত্যা করব
            মরে যেতে ইচ্ছে করে
            ami morte chai
            নিজেকে শেষ করে দেব
        """,
        "abuse": """
            নার্স আমাকে মেরেছে
            নার্স আমার মাকে চড় মেরেছে
            আমার স্বামী আমাকে মারে
            আমার টাকা চুরি হয়ে গেছে
            ডাক্তার আমার উপর চিৎকার করেছে
            সে আমার গায়ে হাত দিয়েছে
            nurse amake mereche
        """,
        "emergency": """
            শ্বাস নিতে পারছি না
            বুকে ব্যথা করছে
            রক্ত পড়ছে বন্ধ হচ্ছে না
            মা পড়ে গেছে
            খিঁচুনি হচ্ছে
            নিঃশ্বাস নিতে কষ্ট হচ্ছে
            buke betha
        """,
        "neglect": """
            কেউ আসে না
            ভেজা বিছানায় পড়ে আছি
            খাবার দেয়নি
            সারাদিন পানি পাইনি
            ভুল ওষুধ দিয়েছে
            ঘরে আটকে রেখেছে
        """,
        "help": """
            সাহায্য করুন
            আমাকে বাঁচান
            বাঁচাও
            পুলিশ ডাকুন
            দয়া করে আমাকে সাহায্য করো
            amake bachao
        """,
    },
    "gu": {
        "self_harm": """
            મારે મરવું છે
            મારે જીવવું નથી
            આત્મહત્યા કરી લઈશ
            હું મરી જવા માંગુ છું
            mare marvu che
        """,
        "abuse": """
            નર્સે મને માર્યું
            નર્સે મને મારી
            મારો પતિ મને મારે છે
            તેણે મારી મમ્મીને લાફો માર્યો
            કોઈએ મારા પૈસા ચોરી લીધા
            ડૉક્ટરે મારા પર બૂમો પાડી
        """,
        "emergency": """
            શ્વાસ નથી લેવાતો
            છાતીમાં દુખે છે
            લોહી નીકળે છે
            મમ્મી પડી ગઈ
            મારા પતિને આંચકી આવી
            shwas nathi levato
        """,
        "neglect": """
            કોઈ આવતું નથી
            ભીની પથારીમાં પડ્યો છું
            ખાવાનું નથી આપ્યું
            પાણી નથી મળ્યું
            ખોટી દવા આપી
            રૂમમાં પૂરી દીધો
        """,
        "help": """
            મદદ કરો
            મને મદદ કરો
            બચાવો
            પોલીસને બોલાવો
            madad karo
        """,
    },
    "ar": {
        "self_harm": """
            أريد أن أموت
            اريد الموت
            بدي موت
            لا أريد أن أعيش
            ما بدي عيش
            سأقتل نفسي
            أفكر في الانتحار
        """,
        "abuse": """
            الممرضة ضربتني
            ضربني الممرض
            زوجي يضربني
            صفعت أمي
            سرقوا نقودي
            لمسني في مكان خاص
            الدكتور صرخ علي
            أنا خائفة من زوجي
        """,
        "emergency": """
            لا أستطيع التنفس
            ما عم بقدر اتنفس
            ألم شديد في صدري
            أنزف كثيرا
            أمي وقعت من السرير
            سقطت على الأرض
            عندي حساسية من البنسلين
            جاءته نوبة صرع
        """,
        "neglect": """
            لا أحد يأتي
            ما حدا عم يجي
            تركوني في فراش مبلل
            لم يعطوني طعاما
            لا ماء منذ الصباح
            أعطوني دواء خطأ
            عنده تقرحات الفراش
            حبسوني في الغرفة
        """,
        "help": """
            ساعدوني
            النجدة
            انقذوني
            أحتاج مساعدة
            اتصلوا بالشرطة
            ساعدني ارجوك
        """,
    },
    "so": {
        "self_harm": """
            waxaan rabaa inaan dhinto
            ma rabo inaan noolaado
            waan is dilayaa
            nolosha waan ka daalay
            waxaan doonayaa inaan naftayda dilo
        """,
        "abuse": """
            kalkaaliyihii ayaa i garaacay
            kalkaalisadu way i dishay
            ninkaygu wuu i garaacaa
            hooyaday waa la dharbaaxay
            lacagtaydii waa la xaday
            wuu igu qayliyay
            waa la i kufsaday
        """,
        "emergency": """
            ma neefsan karo
            neefta waa igu dhib
            xabadka ayaa i xanuunaya
            dhiig ayaa iga socda
            hooyo way dhacday
            waan suuxay
        """,
        "neglect": """
            cidina ma timaado
            sariir qoyan ayaan ku jiraa
            cunto lama i siin
            biyo ma haysto maanta oo dhan
            daawo khaldan ayay i siiyeen
            qolka ayay igu xireen
        """,
        "help": """
            i caawi
            fadlan i caawiya
            i badbaadi
            booliiska u yeera
            caawimo ayaan u baahanahay
        """,
    },
    "zh-Hans": {
        "self_harm": """
            我想死
            我不想活了
            活着没意思
            我要自杀
            真的不想再活下去
            我想割腕
        """,
        "abuse": """
            护士打我
            护士昨天晚上打了我妈妈
            我老公打我
            有人偷了我的钱
            他摸我下面
            医生对我大喊大叫
            護士打我
        """,
        "emergency": """
            我喘不过气
            呼吸困难
            胸口很痛
            流了很多血
            妈妈摔倒了
            我从床上掉下来了
            他抽搐了
            我对青霉素过敏
        """,
        "neglect": """
            没有人来
            按铃按了两个小时没人理
            躺在尿里
            一天没有吃饭了
            没水喝
            给错药了
            把我锁在房间里
            我爸长了褥疮
        """,
        "help": """
            救命
            救救我
            帮帮我
            请帮助我
            快报警
            叫警察
        """,
    },
}


def cries(language, kind):
    return [line.strip() for line in CRIES[language][kind].strip().splitlines()]
